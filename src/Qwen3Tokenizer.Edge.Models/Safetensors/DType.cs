namespace Qwen3Tokenizer.Edge.Models.Safetensors;

/// <summary>Element types of the safetensors format; the names are those in the file.</summary>
public enum DType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Four-bit float e2m1.</summary>
    F4,

    /// <summary>Six-bit float e2m3.</summary>
    F6E2M3,

    /// <summary>Six-bit float e3m2.</summary>
    F6E3M2,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>Signed byte.</summary>
    I8,

    /// <summary>Eight-bit float e5m2.</summary>
    F8E5M2,

    /// <summary>Eight-bit float e4m3.</summary>
    F8E4M3,

    /// <summary>Eight-bit exponent e8m0.</summary>
    F8E8M0,

    /// <summary>Signed 16 bits.</summary>
    I16,

    /// <summary>Unsigned 16 bits.</summary>
    U16,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a binary32.</summary>
    BF16,

    /// <summary>Signed 32 bits.</summary>
    I32,

    /// <summary>Unsigned 32 bits.</summary>
    U32,

    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>Two binary32: real, imaginary.</summary>
    C64,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>Signed 64 bits.</summary>
    I64,

    /// <summary>Unsigned 64 bits.</summary>
    U64,
}

/// <summary>Names and sizes of <see cref="DType"/>.</summary>
public static class DTypes
{
    private static readonly (DType Type, string Name, int Bits)[] Table =
    [
        (DType.Bool, "BOOL", 8), (DType.F4, "F4", 4), (DType.F6E2M3, "F6_E2M3", 6), (DType.F6E3M2, "F6_E3M2", 6),
        (DType.U8, "U8", 8), (DType.I8, "I8", 8), (DType.F8E5M2, "F8_E5M2", 8), (DType.F8E4M3, "F8_E4M3", 8),
        (DType.F8E8M0, "F8_E8M0", 8), (DType.I16, "I16", 16), (DType.U16, "U16", 16), (DType.F16, "F16", 16),
        (DType.BF16, "BF16", 16), (DType.I32, "I32", 32), (DType.U32, "U32", 32), (DType.F32, "F32", 32),
        (DType.C64, "C64", 64), (DType.F64, "F64", 64), (DType.I64, "I64", 64), (DType.U64, "U64", 64),
    ];

    /// <summary>Bits an element: 4, 6, 8, 16, 32 or 64.</summary>
    public static int BitsOf(DType type) => Table[(int)type].Bits;

    /// <summary>The name in the file, for example <c>BF16</c>.</summary>
    public static string NameOf(DType type) => Table[(int)type].Name;

    /// <summary>The type of a name in the file; false if the format has no such type.</summary>
    public static bool TryParse(string name, out DType type)
    {
        foreach ((DType candidate, string known, _) in Table)
        {
            if (known == name)
            {
                type = candidate;
                return true;
            }
        }
        type = default;
        return false;
    }
}
