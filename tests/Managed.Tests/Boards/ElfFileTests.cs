using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

public sealed class ElfFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("q3e elf ");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Sections_and_symbols_of_an_object_are_those_of_its_source()
    {
        ElfFile elf = Compile("const int table[300] = { 1 }; int counter; static int started = 7; int next(void) { return ++counter + ++started + table[counter]; }");

        Assert.Equal((1200, false, true), Of(elf, ".rodata"));
        Assert.Equal((4, true, true), Of(elf, ".data"));
        Assert.Equal((4, true, false), Of(elf, ".bss"));
        Assert.Equal(["counter", "next", "started", "table"], elf.Symbols.Order(StringComparer.Ordinal));
        Assert.Equal(8, elf.RamBytes);
        Assert.Equal(elf.Sections.Where(s => s.Name != ".bss").Sum(s => s.Bytes), elf.FlashBytes);
    }

    [Fact]
    public void A_damaged_file_is_refused_whatever_the_damage()
    {
        string path = Path.Combine(_folder.FullName, "o.o");
        Compile("int f(void) { return 1; }");
        byte[] good = File.ReadAllBytes(path);
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bad = i < 200 ? good[..(good.Length * i / 200)] : [.. good];
            for (int k = 0; i >= 200 && k < 4; k++)
            {
                bad[random.Next(k % 2 == 0 ? 64 : bad.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, bad);
            Exception? e = Record.Exception(() => ElfFile.Read(path));
            Assert.True(e is null or BuildException, e?.ToString());
            Assert.True(i >= 200 || e is BuildException, $"{bad.Length} of {good.Length} bytes were taken for the whole.");
        }
    }

    private ElfFile Compile(string source)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "o.c"), source);
        CCompiler.Require().Run(_folder.FullName, ["-O1", "-fno-common", "-c", "o.c", "-o", "o.o"]);
        return ElfFile.Read(Path.Combine(_folder.FullName, "o.o"));
    }

    private static (long Bytes, bool Writable, bool Stored) Of(ElfFile elf, string name)
    {
        ElfSection section = Assert.Single(elf.Sections, s => s.Name == name);
        return (section.Bytes, section.Writable, section.Stored);
    }
}
