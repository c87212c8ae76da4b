using System.Buffers.Binary;
using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Verification;

/// <summary>One intermediate buffer that a traced library reported.</summary>
/// <param name="Name">Name of the operation.</param>
/// <param name="Data">Little-endian values.</param>
public readonly record struct TraceRecord(string Name, ReadOnlyMemory<byte> Data);

/// <summary>Reads what the conformance program writes when it is compiled with Q3E_TRACE: name, zero byte, 32-bit length, bytes.</summary>
public static class TraceFile
{
    /// <summary>All records in order.</summary>
    /// <exception cref="BuildException">The file ends inside a record.</exception>
    public static List<TraceRecord> Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        var records = new List<TraceRecord>();
        int at = 0;
        while (at < bytes.Length)
        {
            int end = Array.IndexOf(bytes, (byte)0, at);
            if (end < 0 || end + 5 > bytes.Length)
            {
                throw new BuildException($"{path}: the trace ends inside a record at byte {at}.");
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(end + 1));
            if (length < 0 || length > bytes.Length - end - 5)
            {
                throw new BuildException($"{path}: record '{Encoding.ASCII.GetString(bytes, at, end - at)}' has {length} bytes, the file {bytes.Length - end - 5} more.");
            }

            records.Add(new TraceRecord(Encoding.ASCII.GetString(bytes, at, end - at), bytes.AsMemory(end + 5, length)));
            at = end + 5 + length;
        }

        return records;
    }
}
