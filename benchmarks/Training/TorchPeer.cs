using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Benchmarks.Training;

/// <summary>PyTorch as a child process (torch_peer.py) that repeats one step on the inputs in a folder.</summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-peer-").FullName;

    public TorchPeer(int threads, int batch, int frames, params (string Name, float[] Values)[] inputs)
    {
        foreach ((string name, float[] values) in inputs)
        {
            File.WriteAllBytes(Path.Combine(_folder, $"{name}.f32"), MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        }

        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "torch_peer.py"));
        start.ArgumentList.Add(_folder);
        foreach (int number in (ReadOnlySpan<int>)[threads, batch, frames])
        {
            start.ArgumentList.Add(number.ToString(CultureInfo.InvariantCulture));
        }

        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        _process = Process.Start(start)!;
        using JsonDocument ready = Answer();
        Version = ready.RootElement.GetProperty("version").GetString()!;
    }

    public string Version { get; }

    public float[] Gradient => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(_folder, "gradient.f32"))).ToArray();

    /// <summary>Runs a step; wall and processor time in milliseconds.</summary>
    public (double Loss, double Wall, double Processor) Step()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        using JsonDocument answer = Answer();
        JsonElement values = answer.RootElement;
        return (values.GetProperty("loss").GetDouble(), values.GetProperty("wall").GetDouble() * 1e3, values.GetProperty("processor").GetDouble() * 1e3);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private JsonDocument Answer() => JsonDocument.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended; its message is above."));
}
