using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

/// <summary>The same interface with ONNX Runtime, which is what a full-size model takes unless told otherwise.</summary>
public class TokenizerOnOnnxRuntimeTests
{
    [OnnxRuntimeFact]
    public void A_clip_a_batch_and_a_window_give_the_references_codes_and_waves()
    {
        using var model = new AlteredModel();
        using Qwen3TtsTokenizer tokenizer = Qwen3TtsTokenizer.FromPretrained(model.Folder, "cpu");
        AudioClip[] batch = [Golden("batch_two", "input_0.npy"), Golden("batch_two", "input_1.npy")];

        EncodedAudio asReference = tokenizer.Encode(batch, new EncodeOptions { Batch = BatchMode.AsReference });
        TokenClip windowed = tokenizer.Encode([Golden("sweep_exact", "input.npy")], new EncodeOptions { EncoderWindow = 20 }).AudioCodes[0];
        float[] chunked = tokenizer.Decode(Qwen3Golden.Codes("tiny", "long"), 16, new DecodeOptions { Mode = DecodeMode.ReferenceChunks }).Waves[0];

        Assert.Equal(("ort", "cpu"), (tokenizer.Engine, tokenizer.Device));
        Assert.Equal(Qwen3Golden.Codes("tiny", "batch_two", "codes_0.npy"), asReference.AudioCodes[0].Codes);
        Assert.Equal(Qwen3Golden.Codes("tiny", "batch_two", "codes_1.npy"), asReference.AudioCodes[1].Codes);
        Assert.Equal(Qwen3Golden.Codes("tiny", "sweep_exact", "codes_windowed.npy"), windowed.Codes);
        NodeRun.Close(Qwen3Golden.Array("tiny", "long", "wave.npy").Floats, chunked, 3e-5);
    }

    [OnnxRuntimeFact]
    public void Streams_have_executors_of_their_own_and_equal_the_whole()
    {
        using var model = new AlteredModel();
        using Qwen3TtsTokenizer tokenizer = Qwen3TtsTokenizer.FromPretrained(model.Folder, "cpu");
        ushort[] codes = Qwen3Golden.Codes("tiny", "decode_random");
        float[] samples = Golden("noise", "input.npy").Channel(0);
        using Qwen3TtsDecoding decoder = tokenizer.OpenDecoder();
        using Qwen3TtsEncoding encoder = tokenizer.OpenEncoder(0);
        var wave = new List<float>();
        var made = new List<ushort>();
        for (int frame = 0; frame < 40; frame++)
        {
            wave.AddRange(decoder.Next(codes.AsSpan(frame * 16, 16), 16));
            encoder.Write(samples.AsSpan(Math.Min(samples.Length, frame * 1000), Math.Clamp(samples.Length - (frame * 1000), 0, 1000)), made);
        }

        encoder.End(made);
        NodeRun.Close(tokenizer.Decode(codes, 16).Waves[0], [.. wave], 1e-5);
        Assert.Equal(Qwen3Golden.Codes("tiny", "noise"), made);
    }

    [OnnxRuntimeFact]
    public void A_disposed_stream_refuses_more_and_leaves_the_model_to_others()
    {
        using var model = new AlteredModel();
        using Qwen3TtsTokenizer tokenizer = Qwen3TtsTokenizer.FromPretrained(model.Folder, "cpu");
        ushort[] frame = Qwen3Golden.Codes("tiny", "decode_random")[..16];
        Qwen3TtsDecoding decoder = tokenizer.OpenDecoder(), other = tokenizer.OpenDecoder();
        Qwen3TtsEncoding encoder = tokenizer.OpenEncoder(0);
        float[] first = decoder.Next(frame, 16);

        decoder.Dispose();
        encoder.Dispose();
        decoder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => decoder.Next(frame, 16));
        Assert.Throws<ObjectDisposedException>(() => encoder.Write(new float[100], []));
        Assert.Throws<ObjectDisposedException>(() => encoder.End([]));
        Assert.Equal(first, other.Next(frame, 16));
        other.Dispose();
    }

    [Fact]
    public void An_engine_or_a_device_that_cannot_be_is_refused_and_the_model_is_closed()
    {
        using var model = new AlteredModel();

        Assert.Throws<ArgumentException>(() => Qwen3TtsTokenizer.FromPretrained(model.Folder, "cpu", new TokenizerOptions { Engine = "torch" }));
        Assert.Throws<ArgumentException>(() => Qwen3TtsTokenizer.FromPretrained(model.Folder, "cuda", new TokenizerOptions { Engine = Engines.Float }));
        Assert.Throws<Edge.Reference.Sessions.DeviceException>(() => Qwen3TtsTokenizer.FromPretrained(model.Folder, "tpu"));
        Assert.Throws<ArgumentException>(() => Qwen3TtsTokenizer.FromPretrained("edge-light", "cuda"));
    }

    private static AudioClip Golden(string name, string file) => AudioClip.FromMono(Qwen3Golden.Array("tiny", name, file).Floats, 24000);
}
