using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary><c>q3e_model</c> of <c>q3e.h</c>, interface version 2. Later versions append fields, so this is every descriptor's beginning.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeModel
{
    public uint Size;
    public uint Version;
    public uint Arithmetic;
    public uint SampleRate;
    public uint FrameSamples;
    public uint HopSamples;
    public uint DelaySamples;
    public uint MinLayers;
    public uint MaxLayers;
    public uint UsedLayers;
    public uint CodebookSize;
    public uint DecoderArenaBytes;
    public fixed byte TokenSpace[TokenSpaceBytes];
    public byte* Name;
    public void* DecoderReset;
    public void* DecoderTokens;
    public void* DecoderHops;
    public uint EncoderArenaBytes;
    public uint EncoderSampleRate;
    public uint EncoderFrameSamples;
    public uint EncoderDelaySamples;
    public uint EncoderLayers;
    public uint EncoderPadOffset;
    public void* EncoderReset;
    public void* EncoderFrame;
    public uint DecoderFrameBytes;
    public void* DecoderConceal;

    public const int TokenSpaceBytes = 32;
}
