using System.Buffers.Binary;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

/// <summary>A damaged or hostile checkpoint gives one clear sentence that names the file and what is wrong with it.</summary>
public class CheckpointTests
{
    private const string Tensor = "decoder.decoder.2.block.1.conv.weight";

    [Fact]
    public void A_missing_tensor_is_named()
    {
        using AlteredModel model = new AlteredModel().Rewrite((name, shape, values) => name == Tensor ? null : (name, shape, values));

        Assert.Equal($"{model.WeightsPath}: tensor \"{Tensor}\": is missing.", model.Refusal());
    }

    [Fact]
    public void A_renamed_tensor_is_named_by_the_name_that_was_expected()
    {
        using AlteredModel model = new AlteredModel().Rewrite((name, shape, values) => (name == Tensor ? "decoder.other" : name, shape, values));

        Assert.Equal($"{model.WeightsPath}: tensor \"{Tensor}\": is missing.", model.Refusal());
    }

    [Fact]
    public void A_reshaped_tensor_is_named_with_both_shapes()
    {
        using AlteredModel model = new AlteredModel().Rewrite((name, shape, values) => (name, name == Tensor ? [shape[1], shape[0], shape[2]] : shape, values));

        Assert.Equal($"{model.WeightsPath}: {Tensor}: has shape [16, 32, 10], [32, 16, 10] was expected.", model.Refusal());
    }

    [Fact]
    public void A_value_that_is_not_finite_is_named()
    {
        using AlteredModel model = new AlteredModel().Rewrite((name, shape, values) =>
        {
            if (name == Tensor)
            {
                values[5] = float.NaN;
            }

            return (name, shape, values);
        });

        Assert.Equal($"{model.WeightsPath}: {Tensor}: value 5 is NaN, a finite number was expected.", model.Refusal());
    }

    [Fact]
    public void A_truncated_checkpoint_is_refused()
    {
        using var model = new AlteredModel();
        using (FileStream file = File.OpenWrite(model.WeightsPath))
        {
            file.SetLength(file.Length - 1000);
        }

        string message = model.Refusal();
        Assert.StartsWith($"{model.WeightsPath}: ", message, StringComparison.Ordinal);
        Assert.Contains("end", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 40)]
    [InlineData(99_999_999UL)]
    public void An_absurd_header_length_is_refused_without_being_allocated(ulong length)
    {
        using var model = new AlteredModel();
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        using (FileStream file = File.OpenWrite(model.WeightsPath))
        {
            file.Write(bytes);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith($"{model.WeightsPath}: header length: {length} exceeds", model.Refusal(), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_folder_without_weights_says_what_belongs_there()
    {
        using var model = new AlteredModel();
        File.Delete(model.WeightsPath);

        Assert.Equal($"{model.WeightsPath}: is missing; a Qwen3-TTS-Tokenizer-12Hz folder has config.json and model.safetensors.", model.Refusal());
    }

    [Fact]
    public void Tensors_that_the_model_does_not_use_are_not_asked_for()
    {
        using AlteredModel altered = new AlteredModel().Rewrite((name, shape, values) =>
            name.EndsWith(".initialized", StringComparison.Ordinal) || name.Contains("layers.17.", StringComparison.Ordinal) ? null : (name, shape, values));
        using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(altered.Folder);

        Assert.Equal(2, model.Encoder().Outputs.Count);
        Assert.Equal(Qwen3Golden.Model("tiny").Space, model.Space);
    }

    [Fact]
    public void Weights_that_are_used_as_stored_are_not_copied()
    {
        using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(Qwen3Golden.Folder("tiny"));
        var conv = (Edge.Models.Nodes.ConvNode)model.Decoder["decoder.decoder.0"];

        Assert.True(MappedTensor.TryFind(conv.Weight, out MappedTensor? tensor));
        Assert.Equal("decoder.decoder.0.conv.weight", tensor.Info.Name);
        byte[] file = File.ReadAllBytes(model.Checkpoint.Path);
        Assert.Equal(conv.Weight.Span[3], BitConverter.ToSingle(file, (int)tensor.Position + (3 * sizeof(float))));
        Assert.False(MappedTensor.TryFind(conv.Weight[1..], out _));
        Assert.False(MappedTensor.TryFind(new float[3], out _));
    }
}
