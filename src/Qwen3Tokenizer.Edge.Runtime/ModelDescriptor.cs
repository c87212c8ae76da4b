namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// A checked managed copy of an emitted model's descriptor. The symbol may lead to anything (a function, data of another program), so
/// size and version are read and judged before a byte behind them, and every number before it is used.
/// </summary>
internal sealed unsafe class ModelDescriptor
{
    // An arena begins with a header of this size (q3e_internal.h), and a hop is a quarter of a frame.
    private const uint ArenaHeader = 32;
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
        DecoderFrameBytes = (int)native.DecoderFrameBytes;
        EncoderArenaBytes = (int)native.EncoderArenaBytes;
        EncoderSampleRate = (int)native.EncoderSampleRate;
        EncoderFrameSamples = (int)native.EncoderFrameSamples;
        EncoderDelaySamples = (int)native.EncoderDelaySamples;
        EncoderLayers = (int)native.EncoderLayers;
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
    public readonly int DecoderFrameBytes;
    /// <summary>0 without an encoder, and so are the encoder's other fields.</summary>
    public readonly int EncoderArenaBytes;
    public readonly int EncoderSampleRate;
    public readonly int EncoderFrameSamples;
    public readonly int EncoderDelaySamples;
    public readonly int EncoderLayers;
    public readonly byte[] TokenSpace;

    /// <summary>Frames that a flush gives for some samples, fewer than a frame has, of a model with an encoder.</summary>
    public int FlushFrames(int samples) => (int)(((long)samples + EncoderDelaySamples + EncoderFrameSamples - 1) / EncoderFrameSamples);

    /// <summary>Whether a text can be a model's name, and so become a C symbol by writing '_' for '-'.</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and < LongestName } && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>Copies and checks the descriptor at an address.</summary>
    /// <exception cref="EmittedLibraryException">A field has a value that no emitted model has.</exception>
    public static ModelDescriptor Read(NativeModel* address, string name, uint libraryVersion, string path)
    {
        var judge = new DescriptorJudge(name, path);
        if ((nuint)address % (nuint)sizeof(nint) != 0)
            throw judge.Invalid("is not aligned");
        uint size = address->Size;
        if (size < sizeof(NativeModel) || size > LargestSize)
            throw judge.Invalid($"is {size} bytes long; version {NativeInterface.OldestVersion} has {sizeof(NativeModel)}");
        uint version = address->Version;
        if (version < NativeInterface.OldestVersion || version > libraryVersion)
            throw judge.Invalid($"has version {version} in a library of version {libraryVersion}");

        NativeModel native = *address;
        judge.Require(native.HopSamples > 0, "hop_samples", native.HopSamples, "positive");
        judge.Require(native.SampleRate is > 0 and <= HighestRate, "sample_rate", native.SampleRate, $"1 to {HighestRate}");
        judge.Require(IsFrame(native.FrameSamples, native.SampleRate), "frame_samples", native.FrameSamples, $"80 ms of {native.SampleRate} Hz");
        judge.Require(native.HopSamples <= native.FrameSamples && native.HopSamples * HopsPerFrame == native.FrameSamples,
            "hop_samples", native.HopSamples, $"a quarter of {native.FrameSamples}");
        judge.Require(native.DelaySamples <= int.MaxValue, "delay_samples", native.DelaySamples, $"at most {int.MaxValue}");
        judge.Require(native.MaxLayers is > 0 and <= MostLayers, "max_layers", native.MaxLayers, $"1 to {MostLayers}");
        judge.Require(native.MinLayers > 0 && native.MinLayers <= native.MaxLayers, "min_layers", native.MinLayers, $"1 to {native.MaxLayers}");
        judge.Require(native.UsedLayers > 0 && native.UsedLayers <= native.MaxLayers, "used_layers", native.UsedLayers, $"1 to {native.MaxLayers}");
        judge.Require(native.CodebookSize is > 0 and <= ushort.MaxValue + 1, "codebook_size", native.CodebookSize, $"1 to {ushort.MaxValue + 1}");
        judge.Require(native.DecoderArenaBytes is >= ArenaHeader and <= int.MaxValue,
            "decoder_arena_bytes", native.DecoderArenaBytes, $"{ArenaHeader} to {int.MaxValue}");
        judge.Require(native.DecoderFrameBytes is > 0 and <= int.MaxValue, "decoder_frame_bytes", native.DecoderFrameBytes, $"1 to {int.MaxValue}");
        if (native.DecoderReset == null || native.DecoderTokens == null || native.DecoderHops == null || native.DecoderConceal == null)
            throw judge.Invalid("lacks a function");
        if (native.EncoderArenaBytes == 0)
            RequireNoEncoder(judge, native);
        else
            RequireEncoder(judge, native);
        string? stored = NativeInterface.ReadText(native.Name, LongestName);
        if (stored is null || !string.Equals(stored, name, StringComparison.Ordinal))
            throw judge.Invalid(stored is null ? "has no name" : $"names the model \"{stored}\"");
        return new ModelDescriptor(stored, native, new ReadOnlySpan<byte>(address->TokenSpace, NativeModel.TokenSpaceBytes).ToArray());
    }

    private static void RequireEncoder(DescriptorJudge judge, in NativeModel native)
    {
        judge.Require(native.EncoderArenaBytes is >= ArenaHeader and <= int.MaxValue,
            "encoder_arena_bytes", native.EncoderArenaBytes, $"0 or {ArenaHeader} to {int.MaxValue}");
        judge.Require(native.EncoderSampleRate is > 0 and <= HighestRate, "encoder_sample_rate", native.EncoderSampleRate, $"1 to {HighestRate}");
        judge.Require(IsFrame(native.EncoderFrameSamples, native.EncoderSampleRate),
            "encoder_frame_samples", native.EncoderFrameSamples, $"80 ms of {native.EncoderSampleRate} Hz");
        judge.Require(native.EncoderDelaySamples <= int.MaxValue, "encoder_delay_samples", native.EncoderDelaySamples, $"at most {int.MaxValue}");
        judge.Require(native.EncoderLayers is > 0 and <= MostLayers, "encoder_layers", native.EncoderLayers, $"1 to {MostLayers}");
        // A flush writes a frame there.
        uint padEnd = native.EncoderArenaBytes - Math.Min(native.EncoderArenaBytes, native.EncoderFrameSamples * sizeof(short));
        judge.Require(native.EncoderPadOffset % sizeof(short) == 0 && native.EncoderPadOffset >= ArenaHeader && native.EncoderPadOffset <= padEnd,
            "encoder_pad_offset", native.EncoderPadOffset, $"even and {ArenaHeader} to {padEnd}");
        if (native.EncoderReset == null || native.EncoderFrame == null)
            throw judge.Invalid("lacks a function of the encoder");
    }

    private static void RequireNoEncoder(DescriptorJudge judge, in NativeModel native)
    {
        const string None = "0 where encoder_arena_bytes is 0";
        judge.Require(native.EncoderSampleRate == 0, "encoder_sample_rate", native.EncoderSampleRate, None);
        judge.Require(native.EncoderFrameSamples == 0, "encoder_frame_samples", native.EncoderFrameSamples, None);
        judge.Require(native.EncoderDelaySamples == 0, "encoder_delay_samples", native.EncoderDelaySamples, None);
        judge.Require(native.EncoderLayers == 0, "encoder_layers", native.EncoderLayers, None);
        judge.Require(native.EncoderPadOffset == 0, "encoder_pad_offset", native.EncoderPadOffset, None);
        if (native.EncoderReset != null || native.EncoderFrame != null)
            throw judge.Invalid("has a function of an encoder where encoder_arena_bytes is 0");
    }

    // 80 ms: also bounds the frame, so that nothing after it overflows.
    private static bool IsFrame(uint samples, uint rate) => samples <= rate && samples * 25 == rate * 2;
}
