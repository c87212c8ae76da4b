using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Safetensors files: opened, then every tensor read in every way.</summary>
public sealed class SafetensorsTarget : FuzzTarget
{
    private readonly TemporaryFile _file = new(".safetensors");

    /// <inheritdoc/>
    public override string Name => "safetensors";

    /// <inheritdoc/>
    public override string Header => "the whole JSON header is accepted";

    /// <inheritdoc/>
    // A name of some bytes becomes a tensor's record, its entry in a dictionary that doubles, and the floats of its data.
    public override int BytesPerInputByte => 32;

    /// <inheritdoc/>
    public override int FixedBytes => 100_000;

    /// <inheritdoc/>
    public override byte[] Valid(Random random) => SafetensorsBytes.File(random, wrong: false);

    /// <inheritdoc/>
    public override byte[] Repaired(Random random) => SafetensorsBytes.File(random, wrong: random.Next(3) == 0);

    /// <inheritdoc/>
    public override ReadOutcome Read(byte[] input)
    {
        File.WriteAllBytes(_file.Path, input);
        SafetensorsFile file;
        try
        {
            file = SafetensorsFile.Open(_file.Path);
        }
        catch (ModelFormatException)
        {
            return ReadOutcome.RefusedInHeader;
        }
        using (file)
        {
            if (!Refuses(() => file.Info("no such tensor")))
                throw new InvalidOperationException("a tensor that is not there");
            foreach (string name in file.Tensors.Keys)
            {
                TensorInfo info = file.Info(name);
                if (file.Bytes(name).Length != info.ByteLength || file.Sha256(name).Length != 32 || info.ShapeText.Length < 2)
                    throw new InvalidOperationException("a tensor of another length");
                // Types without a matching one, and places that are not aligned, are refused in words.
                _ = Refuses(() => file.ToFloat32(name));
                _ = Refuses(() => CheckSpan(file, info));
            }
            return ReadOutcome.Accepted;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    private static void CheckSpan(SafetensorsFile file, TensorInfo info)
    {
        int length = info.DType switch
        {
            DType.F32 => file.Span<float>(info.Name).Length,
            DType.F16 => file.Span<Half>(info.Name).Length,
            DType.F64 => file.Span<double>(info.Name).Length,
            DType.I8 => file.Span<sbyte>(info.Name).Length,
            DType.I16 => file.Span<short>(info.Name).Length,
            DType.U16 => file.Span<ushort>(info.Name).Length,
            DType.I32 => file.Span<int>(info.Name).Length,
            DType.U32 => file.Span<uint>(info.Name).Length,
            DType.I64 => file.Span<long>(info.Name).Length,
            DType.U64 => file.Span<ulong>(info.Name).Length,
            _ => file.Span<byte>(info.Name).Length,
        };
        if (length != info.Elements)
            throw new InvalidOperationException("a tensor with another number of elements");
    }

    private static bool Refuses(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (ModelFormatException)
        {
            return true;
        }
    }
}
