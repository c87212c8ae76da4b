using System.Buffers.Binary;
using System.Text;
using Qwen3Tokenizer.Edge.Interchange;

namespace Qwen3Tokenizer.Edge.Tests.Tokens.Interchange;

public sealed class NpyCodesTests
{
    // The rows of NumpyFiles' matrix as layers: frame by frame.
    private static readonly ushort[] AsLayers = [1, 10, 0, 2, 20, 65535, 3, 30, 7, 4, 2047, 256];
    private static readonly ushort[] AsFrames = [1, 2, 3, 4, 10, 20, 30, 2047, 0, 65535, 7, 256];

    [Theory]
    [InlineData(NumpyFiles.Int64)]
    [InlineData(NumpyFiles.UInt16Version2)]
    [InlineData(NumpyFiles.Int32Version3)]
    public void Files_of_NumPy_give_their_matrix_in_either_order(string base64)
    {
        CodeMatrix layers = Read(Convert.FromBase64String(base64), CodeOrder.LayersFirst);
        Assert.Equal((3, 4), (layers.Layers, layers.Frames));
        Assert.Equal(AsLayers, layers.Codes.ToArray());
        CodeMatrix frames = Read(Convert.FromBase64String(base64), CodeOrder.FramesFirst);
        Assert.Equal((4, 3), (frames.Layers, frames.Frames));
        Assert.Equal(AsFrames, frames.Codes.ToArray());
    }

    [Fact]
    public void Signed_16_bits_are_read()
    {
        CodeMatrix codes = Read(Convert.FromBase64String(NumpyFiles.Int16), CodeOrder.FramesFirst);
        Assert.Equal([1, 2, 3, 4, 10, 20, 30, 2047, 0, 2047, 7, 256], codes.Codes.ToArray());
    }

    [Fact]
    public void A_matrix_is_written_byte_for_byte_as_NumPy_writes_it()
    {
        using var stream = new MemoryStream();
        NpyCodes.Write(stream, new CodeMatrix(3, AsLayers));
        Assert.Equal(NumpyFiles.Int64, Convert.ToBase64String(stream.ToArray()));
    }

    [Fact]
    public void The_reference_tokens_of_the_repository_are_read()
    {
        string path = TestData.Path("edge-golden/clip0.tokens.npy");
        CodeMatrix codes = NpyCodes.Read(path, CodeOrder.FramesFirst);
        Npy expected = Npy.Load(path);
        Assert.Equal(expected.Shape, new[] { codes.Frames, codes.Layers });
        Assert.Equal(expected.Ints, codes.Codes.ToArray().Select(c => (int)c));
    }

    [Theory]
    [InlineData(NumpyFiles.FortranOrder, "fortran_order: True")]
    [InlineData(NumpyFiles.BigEndian, "descr: \">i8\"")]
    [InlineData(NumpyFiles.Float32, "descr: \"<f4\"")]
    [InlineData(NumpyFiles.ThreeDimensions, "shape: has 3 dimensions")]
    [InlineData(NumpyFiles.OneDimension, "shape: has 1 dimensions")]
    [InlineData(NumpyFiles.Negative, "element [0, 1]: -1")]
    [InlineData(NumpyFiles.TooLarge, "element [0, 1]: 65536")]
    public void Arrays_that_are_no_codes_are_refused_by_what_is_wrong(string base64, string expected) =>
        Assert.Contains(expected, Refused(Convert.FromBase64String(base64)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{'shape': (1, 2), 'fortran_order': False, 'descr': '<u2'}", null)]
    [InlineData("{\"descr\":\"<u2\",\"fortran_order\":False,\"shape\":(1,2,)}\n", null)]
    [InlineData("", "'{' is missing at byte 0")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (1, 2), } x", "after its dictionary")]
    [InlineData("{'descr': '<u2', 'fortran_order': False}", "shape is missing")]
    [InlineData("{'descr': '<u2', 'shape': (1, 2)}", "fortran_order is missing")]
    [InlineData("{'shape': (1, 2), 'fortran_order': False}", "descr is missing")]
    [InlineData("{'descr': '<u2', 'descr': '<u2'}", "\"descr\" is unknown or occurs twice")]
    [InlineData("{'more': '<u2'}", "\"more\" is unknown")]
    [InlineData("{'descr': [('a', '<u2')]}", "a text is missing")]
    [InlineData("{'descr': '<\\u2'}", "others than plain ones")]
    [InlineData("{'descr': '<u2", "''' is missing")]
    [InlineData("{'descr': '<u2', 'fortran_order': Maybe}", "True or False is missing")]
    [InlineData("{'descr': '<u2', 'shape': (-1, 2)}", "a dimension is missing")]
    [InlineData("{'descr': '<u2', 'shape': (1 2)}", "')' is missing")]
    [InlineData("{'descr': '<u2', 'shape': (1234567890123456, 2)}", "more than 15 digits")]
    [InlineData("{'descr': '<u2', 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}", "more than 32 dimensions")]
    [InlineData("{'descr': '<u2' 'shape': (1, 2)}", "'}' is missing")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (0, 2)}", "layers: 0")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (65, 2)}", "layers: 65")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (1, 0)}", "frames: 0")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (64, 999999999999999)}", "frames: 999999999999999")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (1, 3)}", "2 bytes early")]
    [InlineData("{'descr': '<u2', 'fortran_order': False, 'shape': (1, 1)}", "bytes after the array")]
    public void Headers_are_read_by_the_format_and_by_nothing_else(string header, string? refused)
    {
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, 0, 0, .. Encoding.ASCII.GetBytes(header), 7, 0, 9, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)header.Length);
        if (refused is null)
            Assert.Equal([7, 9], Read(file, CodeOrder.LayersFirst).Codes.ToArray());
        else
            Assert.Contains(refused, Refused(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0x92, "magic: 924e554d5059")]
    [InlineData(6, 4, "format version: 4.0")]
    [InlineData(7, 1, "format version: 1.1")]
    [InlineData(9, 0x20, "header length: 8310")]
    public void Preambles_with_a_wrong_field_are_refused_by_that_field(int offset, byte value, string expected)
    {
        byte[] file = Convert.FromBase64String(NumpyFiles.Int64);
        file[offset] = value;
        Assert.Contains(expected, Refused(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] file = Convert.FromBase64String(NumpyFiles.Int64);
        for (int length = 0; length < file.Length; length++)
            Assert.Contains("the file ends inside", Refused(file[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_that_claims_much_allocates_little()
    {
        byte[] file = Encoding.Latin1.GetBytes("\u0093NUMPY\u0001\0\u0050\0" + "{'descr': '<i8', 'fortran_order': False, 'shape': (64, 30000000), }".PadRight(80));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("1920000000 elements", Refused(file), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Files_are_written_whole_and_read_back()
    {
        string folder = Directory.CreateTempSubdirectory("npy").FullName;
        try
        {
            string path = Path.Combine(folder, "codes.npy");
            var codes = new CodeMatrix(16, [.. Enumerable.Range(0, 16 * 1000).Select(i => (ushort)(i * 7))]);
            NpyCodes.Write(path, codes);
            Assert.Equal(codes.Codes.ToArray(), NpyCodes.Read(path, CodeOrder.LayersFirst).Codes.ToArray());
            Assert.Equal([path], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CodeMatrix Read(byte[] file, CodeOrder order) => NpyCodes.Read(new MemoryStream(file), order, "test.npy");

    private static string Refused(byte[] file)
    {
        var e = Assert.Throws<TokenFormatException>(() => Read(file, CodeOrder.LayersFirst));
        Assert.StartsWith("test.npy: ", e.Message, StringComparison.Ordinal);
        return e.Message;
    }
}
