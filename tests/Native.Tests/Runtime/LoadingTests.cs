using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Tests.Runtime;

[Collection(FixtureCollection.Name)]
public sealed class LoadingTests(FixtureLibraries libraries)
{
    [Fact]
    public void An_emitted_library_loads_and_tells_its_version()
    {
        using EmittedLibrary library = EmittedLibrary.Load(libraries.Models);

        Assert.Equal(2, library.InterfaceVersion);
        Assert.Equal(libraries.Models, library.FilePath);
    }

    [Fact]
    public void A_relative_path_is_relative_to_the_current_directory()
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), libraries.Models);

        using EmittedLibrary library = EmittedLibrary.Load(relative);

        Assert.Equal("fixture-saw", library.Model("fixture-saw").Name);
    }

    [Fact]
    public void A_bare_file_name_is_not_searched_in_the_systems_folders()
    {
        Assert.Throws<FileNotFoundException>(() => EmittedLibrary.Load("libc.so.6"));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string path = libraries.NewPath("absent.so");

        var error = Assert.Throws<FileNotFoundException>(() => EmittedLibrary.Load(path));

        Assert.Equal(path, error.FileName);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_not_a_library()
    {
        string path = libraries.NewPath("folder.so");
        Directory.CreateDirectory(path);

        Assert.Throws<FileNotFoundException>(() => EmittedLibrary.Load(path));
    }

    [Fact]
    public void An_empty_path_is_an_argument_error()
    {
        Assert.Throws<ArgumentException>(() => EmittedLibrary.Load(""));
    }

    [Theory]
    [InlineData("empty", 0, false)]
    [InlineData("cut", 100, false)]
    [InlineData("other-processor", int.MaxValue, true)]
    public void A_file_that_the_system_cannot_load_is_named(string name, int length, bool otherProcessor)
    {
        byte[] bytes = File.ReadAllBytes(libraries.Models);
        if (otherProcessor)
            bytes[18] ^= 0xFF; // e_machine of an ELF header
        string path = libraries.NewPath(name + ".so");
        File.WriteAllBytes(path, bytes[..Math.Min(length, bytes.Length)]);

        var error = Assert.Throws<EmittedLibraryException>(() => EmittedLibrary.Load(path));

        Assert.Contains($"'{path}' is not a shared library", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
    }

    [Fact]
    public void A_text_file_is_not_a_library()
    {
        string path = libraries.NewPath("text.so");
        File.WriteAllText(path, "This is a letter, not a library.");

        var error = Assert.Throws<EmittedLibraryException>(() => EmittedLibrary.Load(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_of_a_later_version_is_refused_with_both_versions()
    {
        var error = Assert.Throws<EmittedLibraryException>(() => EmittedLibrary.Load(libraries.FutureVersion));

        Assert.Contains(libraries.FutureVersion, error.Message, StringComparison.Ordinal);
        Assert.Contains("has version 99 of", error.Message, StringComparison.Ordinal);
        Assert.Contains("supports version 2:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_of_version_zero_is_refused()
    {
        var error = Assert.Throws<EmittedLibraryException>(() => EmittedLibrary.Load(libraries.VersionZero));

        Assert.Contains("has version 0 of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_without_the_version_function_is_not_an_emitted_one()
    {
        var error = Assert.Throws<EmittedLibraryException>(() => EmittedLibrary.Load(libraries.Foreign));

        Assert.Contains($"'{libraries.Foreign}' is not an emitted library", error.Message, StringComparison.Ordinal);
        Assert.Contains("q3e_abi_version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_lacks_another_function_names_the_symbol()
    {
        var error = Assert.Throws<EmittedLibraryException>(() => EmittedLibrary.Load(libraries.VersionOnly));

        Assert.Contains("q3e_decoder_init", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_library_gives_no_model_and_no_decoder()
    {
        EmittedLibrary library = EmittedLibrary.Load(libraries.Models);
        EmittedModel model = library.Model("fixture-saw");

        library.Dispose();
        library.Dispose();

        Assert.Throws<ObjectDisposedException>(() => library.Model("fixture-saw"));
        Assert.Throws<ObjectDisposedException>(model.CreateDecoder);
        Assert.Equal(8000, model.SampleRate);
    }

    [Fact]
    public void The_library_is_unloaded_with_its_last_decoder_and_not_before()
    {
        using var probe = new UnloadProbe(libraries.CopyOfModels("unload.so"));
        Decoder first = probe.Library.Model("fixture-saw").CreateDecoder();
        Decoder second = probe.Library.Model("fixture-saw").CreateDecoder();
        var pcm = new short[Saw.Frame];

        probe.Library.Dispose();
        first.Dispose();
        first.Dispose();
        bool unloadedEarly = probe.Unloaded;
        second.DecodeFrame([3, 4], pcm);
        second.Dispose();

        Assert.False(unloadedEarly);
        Assert.Equal(new Saw().Decode(3, 4), pcm);
        Assert.True(probe.Unloaded);
    }

    [Fact]
    public void An_encoder_keeps_the_library_as_a_decoder_does()
    {
        using var probe = new UnloadProbe(libraries.CopyOfModels("encoder.so"));
        Encoder encoder = probe.Library.Model("fixture-peak").CreateEncoder();
        var codes = new ushort[5];

        probe.Library.Dispose();
        bool unloadedEarly = probe.Unloaded;
        encoder.EncodeFrame(Peak.Frames(seed: 1, count: 1)[0], codes);
        encoder.Dispose();

        Assert.False(unloadedEarly);
        Assert.Equal(new Peak().Encode(Peak.Frames(seed: 1, count: 1)[0], 5), codes);
        Assert.True(probe.Unloaded);
    }

    [Fact]
    public void A_model_without_an_encoder_keeps_no_hold_on_the_library()
    {
        using var probe = new UnloadProbe(libraries.CopyOfModels("no-encoder.so"));
        EmittedModel model = probe.Library.Model("fixture-saw");

        Assert.Throws<EmittedLibraryException>(model.CreateEncoder);
        probe.Library.Dispose();

        Assert.True(probe.Unloaded);
        Assert.Throws<ObjectDisposedException>(model.CreateEncoder);
    }

    [Fact]
    public void A_refused_model_keeps_no_hold_on_the_library()
    {
        using var probe = new UnloadProbe(libraries.CopyOfModels("refused.so"));
        EmittedModel model = probe.Library.Model("fixture-refused");
        string text = FixtureLibraries.StatusText(probe.Library.FilePath, EmittedStatus.Model);

        var error = Assert.Throws<EmittedLibraryException>(model.CreateDecoder);
        probe.Library.Dispose();

        Assert.Equal(EmittedStatus.Model, error.Status);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.True(probe.Unloaded);
    }

    [Fact]
    public void A_decoder_that_nobody_disposed_is_collected_and_lets_the_library_go()
    {
        using var probe = new UnloadProbe(libraries.CopyOfModels("collected.so"));
        MakeAndForget(probe.Library);
        probe.Library.Dispose();

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.True(probe.Unloaded);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void MakeAndForget(EmittedLibrary library) =>
        library.Model("fixture-saw").CreateDecoder().DecodeFrame([1, 2], new short[Saw.Frame]);

    /// <summary>A library of its own whose destructor sets a flag.</summary>
    private sealed unsafe class UnloadProbe : IDisposable
    {
        private readonly int* _flag = (int*)NativeMemory.AllocZeroed(sizeof(int));

        public UnloadProbe(string path)
        {
            Library = EmittedLibrary.Load(path);
            nint library = NativeLibrary.Load(path);
            ((delegate* unmanaged[Cdecl]<int*, void>)NativeLibrary.GetExport(library, "fixture_set_on_unload"))(_flag);
            NativeLibrary.Free(library);
        }

        public EmittedLibrary Library { get; }

        public bool Unloaded => Volatile.Read(ref *_flag) != 0;

        public void Dispose()
        {
            Library.Dispose();
            // A library that is still loaded would write here when the process ends.
            if (Unloaded)
                NativeMemory.Free(_flag);
        }
    }
}
