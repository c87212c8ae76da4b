using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Qwen3Tokenizer.Edge.Tests;

/// <summary>
/// An array from a NumPy .npy file (format versions 1 to 3; little-endian float32, float64, int32, int64; C order, or Fortran order of two dimensions).
/// </summary>
internal sealed partial class Npy
{
    private readonly Array _data;

    private Npy(int[] shape, Array data)
    {
        Shape = shape;
        _data = data;
    }

    /// <summary>Dimensions, outermost first.</summary>
    public int[] Shape { get; }

    /// <summary>Elements of a float32 file, row-major.</summary>
    public float[] Floats => Elements<float>();

    /// <summary>Elements of a float64 file, row-major.</summary>
    public double[] Doubles => Elements<double>();

    /// <summary>Elements of an int32 file, row-major.</summary>
    public int[] Ints => Elements<int>();

    /// <summary>Elements of an int64 file, row-major.</summary>
    public long[] Longs => Elements<long>();

    /// <summary>Reads a file under tests/data, for example <c>edge-golden/clip0.tokens.npy</c>.</summary>
    public static Npy LoadTestData(string relative) => Load(TestData.Path(relative));

    public static Npy Load(string path) => Parse(File.ReadAllBytes(path), path);

    public static Npy Parse(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < 12 || file[0] != 0x93 || !file[1..].StartsWith("NUMPY"u8))
            throw new InvalidDataException($"{name} is not an .npy file.");
        bool wide = file[6] >= 2;
        int start = wide ? 12 : 10;
        int length = wide ? (int)BinaryPrimitives.ReadUInt32LittleEndian(file[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        string header = Encoding.UTF8.GetString(file.Slice(start, length));
        Match fields = Header().Match(header);
        if (!fields.Success)
            throw new InvalidDataException($"{name} has an order or header that is not read here: {header}");
        int[] shape = [.. fields.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        ReadOnlySpan<byte> data = file[(start + length)..];
        Array array = fields.Groups["type"].Value switch
        {
            "<f4" => Cast<float>(data),
            "<f8" => Cast<double>(data),
            "<i4" => Cast<int>(data),
            "<i8" => Cast<long>(data),
            string type => throw new InvalidDataException($"{name} has elements of {type}."),
        };
        if (array.Length != shape.Aggregate(1, (a, b) => checked(a * b)))
            throw new InvalidDataException($"{name} has {array.Length} elements for the shape {header}.");
        return new Npy(shape, fields.Groups["fortran"].Value == "True" ? Transposed(array, shape, name) : array);
    }

    private static Array Transposed(Array array, int[] shape, string name)
    {
        if (shape.Length != 2)
            throw new InvalidDataException($"{name} is in Fortran order with {shape.Length} dimensions.");
        var rows = Array.CreateInstance(array.GetType().GetElementType()!, array.Length);
        for (int i = 0; i < rows.Length; i++)
            Array.Copy(array, (i % shape[1] * shape[0]) + (i / shape[1]), rows, i, 1);
        return rows;
    }

    private static T[] Cast<T>(ReadOnlySpan<byte> data)
        where T : unmanaged, INumber<T> => MemoryMarshal.Cast<byte, T>(data).ToArray();

    private T[] Elements<T>() =>
        _data as T[] ?? throw new InvalidOperationException($"The array has elements of {_data.GetType().GetElementType()!.Name}, not {typeof(T).Name}.");

    [GeneratedRegex(@"'descr': '(?<type>[^']+)', 'fortran_order': (?<fortran>False|True), 'shape': \((?<shape>[^)]*)\)")]
    private static partial Regex Header();
}
