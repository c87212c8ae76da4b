using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Benchmarks.Training;

/// <summary>PyTorch as a child process (a script of this folder) that repeats one step on the inputs in a folder.</summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-peer-").FullName;

    /// <param name="script">File name of the script.</param>
    /// <param name="arguments">What follows the folder on its command line.</param>
    /// <param name="inputs">Files NAME.f32 of the folder.</param>
    public TorchPeer(string script, string[] arguments, params IEnumerable<(string Name, float[] Values)> inputs)
    {
        foreach ((string name, float[] values) in inputs)
        {
            File.WriteAllBytes(PathOf(name), MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        }

        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in (ReadOnlySpan<string>)[Path.Combine(AppContext.BaseDirectory, script), _folder, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        _process = Process.Start(start)!;
        using JsonDocument ready = Answer();
        Version = ready.RootElement.GetProperty("version").GetString()!;
    }

    public string Version { get; }

    /// <summary>Values that the script wrote.</summary>
    public float[] Read(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(PathOf(name))).ToArray();

    /// <summary>Runs a step; wall and processor time in milliseconds.</summary>
    /// <param name="command">What the script is told.</param>
    public (double Loss, double Wall, double Processor) Step(string command = "")
    {
        _process.StandardInput.WriteLine(command);
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

    private string PathOf(string name) => Path.Combine(_folder, $"{name}.f32");

    private JsonDocument Answer() => JsonDocument.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer ended; its message is above."));
}
