using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Benchmarks.Reference;

/// <summary>The same network in PyTorch, as a child process (peer.py) that keeps the model loaded.</summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-peer-").FullName;

    public TorchPeer(string model, int threads)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "peer.py"));
        start.ArgumentList.Add(model);
        start.ArgumentList.Add(threads.ToString(CultureInfo.InvariantCulture));
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        _process = Process.Start(start)!;
        using JsonDocument ready = Answer();
        Version = ready.RootElement.GetProperty("version").GetString()!;
    }

    public string Version { get; }

    public Elapsed Encode(float[] samples, out int[] codes)
    {
        File.WriteAllBytes(Path.Combine(_folder, "in"), MemoryMarshal.AsBytes(samples.AsSpan()).ToArray());
        Elapsed time = Ask("encode");
        codes = MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(Path.Combine(_folder, "out"))).ToArray();
        return time;
    }

    public Elapsed Decode(int[] codes, out float[] samples)
    {
        File.WriteAllBytes(Path.Combine(_folder, "in"), MemoryMarshal.AsBytes(codes.AsSpan()).ToArray());
        Elapsed time = Ask("decode");
        samples = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(_folder, "out"))).ToArray();
        return time;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Elapsed Ask(string verb)
    {
        _process.StandardInput.WriteLine($"{verb} {Path.Combine(_folder, "in")} {Path.Combine(_folder, "out")}");
        _process.StandardInput.Flush();
        using JsonDocument answer = Answer();
        return new Elapsed(answer.RootElement.GetProperty("wall").GetDouble(), answer.RootElement.GetProperty("processor").GetDouble());
    }

    private JsonDocument Answer() => JsonDocument.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended; its message is above."));
}
