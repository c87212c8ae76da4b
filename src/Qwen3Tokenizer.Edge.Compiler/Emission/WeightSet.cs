using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>
/// The constant tensors of an emitted model, in three forms that give the same symbols: one binary file that an assembler file includes (compiles at once),
/// the same tensors as C arrays (portable), and the header that declares them.
/// </summary>
public sealed class WeightSet
{
    private const int Alignment = 64;
    private const int ValuesPerLine = 24;

    // Tensors at least this long are stored once when they are equal: encoder and decoder share their codebooks.
    private const int SharedFrom = 65536;
    private readonly List<(string Symbol, string Type, int Count, byte[] Bytes)> _tensors = [];
    private readonly HashSet<string> _symbols = new(StringComparer.Ordinal);

    /// <summary>Bytes of all tensors, without padding.</summary>
    public long Bytes => _tensors.Sum(t => (long)t.Bytes.Length);

    /// <summary>Symbol and bytes of each tensor, in the order of the binary file.</summary>
    public IEnumerable<(string Symbol, int Bytes)> Tensors => _tensors.Select(t => (t.Symbol, t.Bytes.Length));

    /// <summary>Adds a tensor and returns its symbol, or that of an equal large tensor that is there already.</summary>
    /// <exception cref="BuildException">The symbol is taken, the tensor empty, or its type none of C's.</exception>
    public string Add<T>(string symbol, T[] values)
        where T : unmanaged
    {
        string type = default(T) switch
        {
            sbyte => "int8_t",
            byte => "uint8_t",
            short => "int16_t",
            ushort => "uint16_t",
            int => "int32_t",
            uint => "uint32_t",
            _ => throw new BuildException($"{symbol}: {typeof(T).Name} is not a type of emitted tensors."),
        };
        byte[] bytes = MemoryMarshal.AsBytes<T>(values).ToArray();
        if (bytes.Length >= SharedFrom && _tensors.Find(t => t.Type == type && t.Bytes.AsSpan().SequenceEqual(bytes)) is { Symbol: { } same })
        {
            return same;
        }

        if (values.Length == 0 || !_symbols.Add(symbol))
        {
            throw new BuildException(values.Length == 0 ? $"{symbol}: is empty." : $"{symbol}: two tensors have this name in C; rename one of their nodes.");
        }

        if (!BitConverter.IsLittleEndian)
        {
            throw new BuildException("Emitted tensors are little-endian; this machine is not.");
        }

        _tensors.Add((symbol, type, values.Length, bytes));
        return symbol;
    }

    /// <summary>All tensors one after the other, each at a multiple of 64 bytes.</summary>
    public byte[] Binary()
    {
        using var stream = new MemoryStream();
        foreach ((_, _, _, byte[] bytes) in _tensors)
        {
            stream.Write(bytes);
            stream.Write(new byte[Padding(stream.Length)]);
        }

        return stream.ToArray();
    }

    /// <summary>Declarations.</summary>
    public string Header(CNames names)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* Constant tensors of {names.Model}: defined in {names.Stem}_weights.S, or as C arrays in {names.Stem}_weights.c. */\n");
        text.Append(CultureInfo.InvariantCulture, $"#ifndef {names.Descriptor.ToUpperInvariant()}_WEIGHTS_H\n#define {names.Descriptor.ToUpperInvariant()}_WEIGHTS_H\n\n#include <stdint.h>\n\n");
        foreach ((string symbol, string type, int count, _) in _tensors)
        {
            text.Append(CultureInfo.InvariantCulture, $"extern const {type} {symbol}[{count}];\n");
        }

        return text.Append("\n#endif\n").ToString();
    }

    /// <summary>GNU assembler source that includes the binary file; ELF, Mach-O and PE/COFF.</summary>
    public string Assembler(CNames names)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* Constant tensors of {names.Model}. The file {names.Stem}.weights must be on the include path. */\n");
        text.Append("""
            /* Arduino compiles every file; there, the C arrays serve. */
            #if !defined(ARDUINO)
            #if defined(__APPLE__)
            #define SYMBOL(name) _##name
            #define LOCAL(name) .private_extern SYMBOL(name)
                .const
            #elif defined(_WIN32)
            #define SYMBOL(name) name
            #define LOCAL(name)
                .section .rdata, "dr"
            #else
            #define SYMBOL(name) name
            #define LOCAL(name) .hidden SYMBOL(name)
                .section .rodata
            #endif
            #define TENSOR(name, offset, bytes) .balign 64; .globl SYMBOL(name); LOCAL(name); SYMBOL(name): .incbin Q3E_WEIGHTS_FILE, offset, bytes


            """.ReplaceLineEndings("\n"));
        text.Append(CultureInfo.InvariantCulture, $"#define Q3E_WEIGHTS_FILE \"{names.Stem}.weights\"\n\n");
        long offset = 0;
        foreach ((string symbol, _, _, byte[] bytes) in _tensors)
        {
            text.Append(CultureInfo.InvariantCulture, $"TENSOR({symbol}, {offset}, {bytes.Length})\n");
            offset += bytes.Length;
            offset += Padding(offset);
        }

        return text.Append("\n#endif\n#if defined(__ELF__)\n    .section .note.GNU-stack, \"\", %progbits\n#endif\n").ToString();
    }

    /// <summary>The tensors as C arrays.</summary>
    public string CArrays(CNames names)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* Constant tensors of {names.Model} as C arrays, for compilers without a GNU assembler. */\n");
        text.Append(CultureInfo.InvariantCulture, $"#include \"{names.Stem}_weights.h\"\n\n");
        text.Append("""
            #if defined(__GNUC__) || defined(__clang__)
            #define Q3E_ALIGNED __attribute__((aligned(64)))
            #elif defined(_MSC_VER)
            #define Q3E_ALIGNED __declspec(align(64))
            #elif defined(__ICCARM__)
            #define Q3E_ALIGNED __attribute__((aligned(64)))
            #else
            #define Q3E_ALIGNED
            #endif

            """.ReplaceLineEndings("\n"));
        foreach ((string symbol, string type, int count, byte[] bytes) in _tensors)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nQ3E_ALIGNED const {type} {symbol}[{count}] = {{");
            for (int i = 0; i < count; i++)
            {
                text.Append(i % ValuesPerLine == 0 ? "\n    " : " ").Append(Literal(type, bytes, i)).Append(',');
            }

            text.Append("\n};\n");
        }

        return text.ToString();
    }

    private static string Literal(string type, ReadOnlySpan<byte> bytes, int i) => type switch
    {
        "int8_t" => ((sbyte)bytes[i]).ToString(CultureInfo.InvariantCulture),
        "uint8_t" => bytes[i].ToString(CultureInfo.InvariantCulture),
        "int16_t" => MemoryMarshal.Cast<byte, short>(bytes)[i].ToString(CultureInfo.InvariantCulture),
        "uint16_t" => MemoryMarshal.Cast<byte, ushort>(bytes)[i].ToString(CultureInfo.InvariantCulture),
        "uint32_t" => MemoryMarshal.Cast<byte, uint>(bytes)[i].ToString(CultureInfo.InvariantCulture) + "u",
        _ => MemoryMarshal.Cast<byte, int>(bytes)[i] switch
        {
            // -2147483648 is an expression in C whose type is wider than int.
            int.MinValue => "-2147483647 - 1",
            int value => value.ToString(CultureInfo.InvariantCulture),
        },
    };

    private static int Padding(long length) => (int)((Alignment - (length % Alignment)) % Alignment);
}
