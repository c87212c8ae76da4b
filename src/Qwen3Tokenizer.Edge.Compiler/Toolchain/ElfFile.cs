using System.Buffers.Binary;
using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>A section of an ELF file that occupies memory.</summary>
/// <param name="Name">Name, such as <c>.text</c>.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Writable">Whether it lies in RAM while the program runs.</param>
/// <param name="Stored">Whether its bytes are in the file; zero-filled ones are not.</param>
public sealed record ElfSection(string Name, long Bytes, bool Writable, bool Stored);

/// <summary>What an object file or a shared library holds: sections and the names that it defines. Little-endian ELF, 32 and 64 bits.</summary>
/// <param name="Sections">Sections that occupy memory, in the order of the file.</param>
/// <param name="Symbols">Defined functions and variables, local ones included.</param>
public sealed record ElfFile(IReadOnlyList<ElfSection> Sections, IReadOnlyList<string> Symbols)
{
    private const uint SymbolTable = 2, NoBits = 8;
    private const uint Write = 1, Allocated = 2;

    /// <summary>Bytes of the sections that are stored.</summary>
    public long FlashBytes => Sections.Where(s => s.Stored).Sum(s => s.Bytes);

    /// <summary>Bytes of the sections that can be written.</summary>
    public long RamBytes => Sections.Where(s => s.Writable).Sum(s => s.Bytes);

    /// <summary>Reads a file.</summary>
    /// <exception cref="BuildException">It is no such file.</exception>
    public static ElfFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new BuildException($"{path}: is not a little-endian ELF file.", e);
        }
    }

    private static ElfFile Parse(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("\u007fELF"u8) || file[5] != 1)
        {
            throw new ArgumentOutOfRangeException(nameof(file));
        }

        bool wide = file[4] == 2;
        int table = checked((int)(wide ? U64(file, 40) : U32(file, 32)));
        int entry = U16(file, wide ? 58 : 46), count = U16(file, wide ? 60 : 48), nameIndex = U16(file, wide ? 62 : 50);
        var headers = new Header[count];
        for (int i = 0; i < count; i++)
        {
            headers[i] = Header.Read(file.Slice(table + (i * entry), entry), wide);
        }

        ReadOnlySpan<byte> names = headers[nameIndex].Of(file);
        List<ElfSection> sections = [];
        List<string> symbols = [];
        foreach (Header header in headers)
        {
            if ((header.Flags & Allocated) != 0 && header.Size > 0)
            {
                sections.Add(new ElfSection(Name(names, header.Name), header.Size, (header.Flags & Write) != 0, header.Type != NoBits));
            }

            if (header.Type == SymbolTable)
            {
                AddSymbols(symbols, header.Of(file), headers[header.Link].Of(file), wide);
            }
        }

        return new ElfFile(sections, symbols);
    }

    private static void AddSymbols(List<string> symbols, ReadOnlySpan<byte> table, ReadOnlySpan<byte> names, bool wide)
    {
        int size = wide ? 24 : 16;
        for (; table.Length >= size; table = table[size..])
        {
            // Types 1 and 2: variables and functions; section 0: not defined here.
            int type = table[wide ? 4 : 12] & 15, section = U16(table, wide ? 6 : 14);
            if (type is 1 or 2 && section != 0)
            {
                symbols.Add(Name(names, checked((int)U32(table, 0))));
            }
        }
    }

    private static string Name(ReadOnlySpan<byte> names, int at)
    {
        ReadOnlySpan<byte> rest = names[at..];
        return Encoding.UTF8.GetString(rest[..Math.Max(0, rest.IndexOf((byte)0))]);
    }

    private static ushort U16(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);

    private static uint U32(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);

    private static ulong U64(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt64LittleEndian(data[at..]);

    private readonly record struct Header(int Name, uint Type, ulong Flags, long Offset, long Size, int Link)
    {
        public static Header Read(ReadOnlySpan<byte> h, bool wide) => wide
            ? new Header(checked((int)U32(h, 0)), U32(h, 4), U64(h, 8), checked((long)U64(h, 24)), checked((long)U64(h, 32)), checked((int)U32(h, 40)))
            : new Header(checked((int)U32(h, 0)), U32(h, 4), U32(h, 8), U32(h, 16), U32(h, 20), checked((int)U32(h, 24)));

        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> file) => file.Slice(checked((int)Offset), checked((int)Size));
    }
}
