using System.Buffers.Binary;
using System.Text;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

/// <summary>Builds WAV files byte by byte, wrong ones too, independently of the code under test.</summary>
internal static class WavBytes
{
    public static byte[] Fmt(int tag, int channels, int rate, int bits, int? align = null)
    {
        int bytes = (bits + 7) / 8;
        return [.. U16(tag), .. U16(channels), .. U32((uint)rate), .. U32((uint)(rate * channels * bytes)), .. U16(align ?? channels * bytes), .. U16(bits)];
    }

    public static byte[] Extensible(int subTag, int channels, int rate, int bits, int validBits) =>
        [.. Fmt(0xFFFE, channels, rate, bits), .. U16(22), .. U16(validBits), .. U32(0), .. U16(subTag), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    public static byte[] Chunk(string id, byte[] body, uint? size = null, bool pad = true) =>
        [.. Encoding.ASCII.GetBytes(id), .. U32(size ?? (uint)body.Length), .. body, .. pad && body.Length % 2 == 1 ? new byte[1] : []];

    public static byte[] File(params byte[][] chunks) => FileOf("RIFF", null, chunks);

    public static byte[] FileOf(string id, uint? riffSize, params byte[][] chunks)
    {
        byte[] body = [.. chunks.SelectMany(c => c)];
        return [.. Encoding.ASCII.GetBytes(id), .. U32(riffSize ?? (uint)body.Length + 4), .. "WAVE"u8, .. body];
    }

    public static byte[] U16(int value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Pcm16(params short[] samples) => [.. samples.SelectMany(s => U16(s))];
}
