namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// A checked managed copy of an emitted model's descriptor. The symbol may lead to anything (a function, data of another program), so
/// size and version are read and judged before a byte behind them, and every number before it is used.
/// </summary>
internal sealed unsafe class ModelDescriptor
{
    // The arena begins with a header of this size (q3e_internal.h), and a hop is a quarter of a frame.
    private const uint SmallestArena = 32;
    private const int HopsPerFrame = 4;
    // Far above any descriptor to come, far below what machine code or text reads as.
    private const uint LargestSize = 4096;
    private const uint HighestRate = 384_000;
    private const uint MostLayers = 64;
    private const int LongestName = 64;

    private ModelDescriptor(string name, in NativeModel native, byte[] tokenSpace)
    {
        Name = name;
        Arithmetic = (int)native.Arithmetic;
        SampleRate = (int)native.SampleRate;
        FrameSamples = (int)native.FrameSamples;
        HopSamples = (int)native.HopSamples;
        DelaySamples = (int)native.DelaySamples;
        MinLayers = (int)native.MinLayers;
        MaxLayers = (int)native.MaxLayers;
        UsedLayers = (int)native.UsedLayers;
        CodebookSize = (int)native.CodebookSize;
        DecoderArenaBytes = (int)native.DecoderArenaBytes;
        TokenSpace = tokenSpace;
    }

    public readonly string Name;
    public readonly int Arithmetic;
    public readonly int SampleRate;
    public readonly int FrameSamples;
    public readonly int HopSamples;
    public readonly int DelaySamples;
    public readonly int MinLayers;
    public readonly int MaxLayers;
    public readonly int UsedLayers;
    public readonly int CodebookSize;
    public readonly int DecoderArenaBytes;
    public readonly byte[] TokenSpace;

    /// <summary>Whether a text can be a model's name, and so become a C symbol by writing '_' for '-'.</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and < LongestName } && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>Copies and checks the descriptor at an address.</summary>
    /// <exception cref="EmittedLibraryException">A field has a value that no emitted model has.</exception>
    public static ModelDescriptor Read(NativeModel* address, string name, uint libraryVersion, string path)
    {
        if ((nuint)address % (nuint)sizeof(nint) != 0)
            throw Invalid("is not aligned");
        uint size = address->Size;
        if (size < sizeof(NativeModel) || size > LargestSize)
            throw Invalid($"is {size} bytes long; version {NativeInterface.OldestVersion} has {sizeof(NativeModel)}");
        uint version = address->Version;
        if (version < NativeInterface.OldestVersion || version > libraryVersion)
            throw Invalid($"has version {version} in a library of version {libraryVersion}");

        NativeModel native = *address;
        Require(native.HopSamples > 0, "hop_samples", native.HopSamples, "positive");
        Require(native.SampleRate is > 0 and <= HighestRate, "sample_rate", native.SampleRate, $"1 to {HighestRate}");
        // 80 ms: also bounds the frame, so that nothing below overflows.
        Require(native.FrameSamples <= native.SampleRate && native.FrameSamples * 25 == native.SampleRate * 2,
            "frame_samples", native.FrameSamples, $"80 ms of {native.SampleRate} Hz");
        Require(native.HopSamples <= native.FrameSamples && native.HopSamples * HopsPerFrame == native.FrameSamples,
            "hop_samples", native.HopSamples, $"a quarter of {native.FrameSamples}");
        Require(native.DelaySamples <= int.MaxValue, "delay_samples", native.DelaySamples, $"at most {int.MaxValue}");
        Require(native.MaxLayers is > 0 and <= MostLayers, "max_layers", native.MaxLayers, $"1 to {MostLayers}");
        Require(native.MinLayers > 0 && native.MinLayers <= native.MaxLayers, "min_layers", native.MinLayers, $"1 to {native.MaxLayers}");
        Require(native.UsedLayers > 0 && native.UsedLayers <= native.MaxLayers, "used_layers", native.UsedLayers, $"1 to {native.MaxLayers}");
        Require(native.CodebookSize is > 0 and <= ushort.MaxValue + 1, "codebook_size", native.CodebookSize, $"1 to {ushort.MaxValue + 1}");
        Require(native.DecoderArenaBytes is >= SmallestArena and <= int.MaxValue,
            "decoder_arena_bytes", native.DecoderArenaBytes, $"{SmallestArena} to {int.MaxValue}");
        if (native.DecoderReset == null || native.DecoderTokens == null || native.DecoderHops == null)
            throw Invalid("lacks a function");
        string? stored = NativeInterface.ReadText(native.Name, LongestName);
        if (stored is null || !string.Equals(stored, name, StringComparison.Ordinal))
            throw Invalid(stored is null ? "has no name" : $"names the model \"{stored}\"");
        return new ModelDescriptor(stored, native, new ReadOnlySpan<byte>(address->TokenSpace, NativeModel.TokenSpaceBytes).ToArray());

        EmittedLibraryException Invalid(string what) => new($"The descriptor of model \"{name}\" in '{path}' {what}.");

        void Require(bool holds, string field, uint value, string range)
        {
            if (!holds)
                throw Invalid($"has {field} {value}, which must be {range}");
        }
    }
}
