using System.Runtime.InteropServices;
using System.Text;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Safetensors;

public sealed class SafetensorsFileTests(Files files) : IClassFixture<Files>
{
    [Fact]
    public void A_file_put_together_by_hand_is_read()
    {
        // F16: 1.0 = 3C00, -2.0 = C000; BF16: 1.5 = 3FC0; F32: 0.5 = 3F000000; F64: -0.25 = BFD0000000000000; I8: -1.
        string path = files.Write(
            """
            {"h":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]},"f":{"dtype":"F32","shape":[],"data_offsets":[4,8]},"d":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[16,18]},"i":{"dtype":"I8","shape":[1],"data_offsets":[18,19]},"none":{"dtype":"F32","shape":[3,0],"data_offsets":[4,4]},"__metadata__":{"format":"pt","è":"é"}}
            """.TrimEnd(),
            [0x00, 0x3C, 0x00, 0xC0, 0x00, 0x00, 0x00, 0x3F, 0, 0, 0, 0, 0, 0, 0xD0, 0xBF, 0xC0, 0x3F, 0xFF]);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(6, file.Tensors.Count);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal("é", file.Metadata["è"]);
        Assert.Equal([1f, -2f], file.ToFloat32("h"));
        Assert.Equal([0.5f], file.ToFloat32("f"));
        Assert.Equal([-0.25f], file.ToFloat32("d"));
        Assert.Equal([1.5f], file.ToFloat32("b"));
        Assert.Empty(file.ToFloat32("none"));
        Assert.Equal([(sbyte)-1], file.Span<sbyte>("i").ToArray());
        Assert.Equal([0xC0, 0x3F], file.Bytes("b").ToArray());
        Assert.Equal(new long[] { 3, 0 }, file.Info("none").Shape);
        Assert.Equal(0, file.Info("none").Elements);
        Assert.Equal(1, file.Info("f").Elements);
        Assert.Equal("[1, 2]", file.Info("h").ShapeText);
    }

    [Fact]
    public void Every_float16_and_bfloat16_widens_exactly()
    {
        var bits = new ushort[65536];
        for (int i = 0; i < bits.Length; i++)
            bits[i] = (ushort)i;
        byte[] bytes = MemoryMarshal.AsBytes(bits.AsSpan()).ToArray();
        var writer = new SafetensorsWriter();
        writer.Add("half", DType.F16, [65536], bytes);
        writer.Add("brain", DType.BF16, [65536], bytes);
        writer.Save(files.PathOf("wide.safetensors"));
        using SafetensorsFile file = SafetensorsFile.Open(files.PathOf("wide.safetensors"));
        float[] half = file.ToFloat32("half");
        float[] brain = file.ToFloat32("brain");
        for (int i = 0; i < bits.Length; i++)
        {
            // Value by the definition of the formats: sign, exponent, fraction.
            Assert.Equal(Value(i, 5, 10), half[i]);
            Assert.Equal(Value(i, 8, 7), brain[i]);
        }
    }

    [Fact]
    public void Tensors_at_odd_offsets_widen_but_give_no_span()
    {
        // 1 byte, then a float32 0.5 right behind it.
        string path = files.Write("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"f\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}", [7, 0, 0, 0, 0x3F]);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal([0.5f], file.ToFloat32("f"));
        Assert.Contains("not at a multiple of 4", Assert.Throws<ModelFormatException>(() => file.Span<float>("f").Length).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_tensors_and_wrong_types_are_named()
    {
        var writer = new SafetensorsWriter();
        writer.AddFloat32("x", [2], [1, 2]);
        writer.Add("i", DType.I32, [1], new byte[4]);
        string path = files.PathOf("types.safetensors");
        writer.Save(path);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal($"{path}: tensor \"y\": is missing.", Assert.Throws<ModelFormatException>(() => file.ToFloat32("y")).Message);
        Assert.Contains("dtype F32 cannot be read as Half", Assert.Throws<ModelFormatException>(() => file.Span<Half>("x").Length).Message, StringComparison.Ordinal);
        Assert.Contains("dtype I32 is not", Assert.Throws<ModelFormatException>(() => file.ToFloat32("i")).Message, StringComparison.Ordinal);
        Assert.Equal([1f, 2f], file.Span<float>("x").ToArray());
    }

    [Fact]
    public void A_closed_file_gives_an_error_and_no_memory()
    {
        var writer = new SafetensorsWriter();
        writer.AddFloat32("x", [1], [1]);
        writer.Save(files.PathOf("closed.safetensors"));
        SafetensorsFile file = SafetensorsFile.Open(files.PathOf("closed.safetensors"));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Bytes("x").Length);
    }

    [Fact]
    public void The_writer_gives_known_bytes_in_any_order_of_adding()
    {
        static byte[] Written(bool reversed)
        {
            var writer = new SafetensorsWriter();
            writer.SetMetadata("k", "v");
            Action[] adds =
            [
                () => writer.Add("b", DType.U8, [3], new byte[] { 1, 2, 3 }),
                () => writer.AddFloat16("a", [1], [(Half)1]),
                () => writer.AddFloat32("c", [1], [0.5f]),
            ];
            foreach (Action add in reversed ? adds.Reverse() : adds)
                add();
            using var stream = new MemoryStream();
            writer.Write(stream);
            return stream.ToArray();
        }

        // Widest elements first, then by name; spaces up to a multiple of eight.
        const string Header = "{\"__metadata__\":{\"k\":\"v\"},\"c\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[4,6]},\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[6,9]}}";
        string padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        byte[] expected = [(byte)padded.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(padded), 0, 0, 0, 0x3F, 0x00, 0x3C, 1, 2, 3];
        Assert.Equal(expected, Written(false));
        Assert.Equal(expected, Written(true));
    }

    [Fact]
    public void What_the_writer_wrote_is_read_back_whatever_the_names()
    {
        var writer = new SafetensorsWriter();
        string[] names = ["plain", "with \"quotes\"", "\n\t\u0001", "ünï", "", "😀"];
        for (int i = 0; i < names.Length; i++)
            writer.AddFloat32(names[i], [1, 1], [i]);
        writer.Save(files.PathOf("names.safetensors"));
        using SafetensorsFile file = SafetensorsFile.Open(files.PathOf("names.safetensors"));
        Assert.Equal(names.Length, file.Tensors.Count);
        for (int i = 0; i < names.Length; i++)
            Assert.Equal([i], file.ToFloat32(names[i]));
    }

    [Fact]
    public void The_writer_refuses_shapes_that_do_not_fit_and_names_twice()
    {
        var writer = new SafetensorsWriter();
        writer.AddFloat32("x", [2], [1, 2]);
        Assert.Throws<ArgumentException>(() => writer.AddFloat32("x", [2], [1, 2]));
        Assert.Throws<ArgumentException>(() => writer.AddFloat32("y", [3], [1, 2]));
        Assert.Throws<ArgumentException>(() => writer.AddFloat32("__metadata__", [1], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.AddFloat32("y", [-1], [1]));
    }

    [Fact]
    public void A_tensor_behind_the_first_4_GiB_of_a_sparse_file_is_read()
    {
        const long Far = 5L << 30;
        string path = files.Write($"{{\"big\":{{\"dtype\":\"U8\",\"shape\":[{Far}],\"data_offsets\":[0,{Far}]}},\"x\":{{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[{Far},{Far + 3}]}}}}", []);
        using (FileStream stream = File.OpenWrite(path))
        {
            stream.Seek(Far + stream.Length, SeekOrigin.Begin);
            stream.Write([1, 2, 3]);
        }
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal([1, 2, 3], file.Bytes("x").ToArray());
        Assert.Contains("more than one span can hold", Assert.Throws<ModelFormatException>(() => file.Bytes("big").Length).Message, StringComparison.Ordinal);
    }

    private static float Value(int bits, int exponentBits, int fractionBits)
    {
        int exponent = (bits >> fractionBits) & ((1 << exponentBits) - 1);
        double fraction = (bits & ((1 << fractionBits) - 1)) / (double)(1 << fractionBits);
        int bias = (1 << (exponentBits - 1)) - 1;
        double magnitude = exponent == (1 << exponentBits) - 1
            ? fraction == 0 ? double.PositiveInfinity : double.NaN
            : exponent == 0 ? fraction * Math.Pow(2, 1 - bias) : (1 + fraction) * Math.Pow(2, exponent - bias);
        return (float)(bits >> 15 == 0 ? magnitude : -magnitude);
    }
}
