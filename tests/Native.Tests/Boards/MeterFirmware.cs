using Qwen3Tokenizer.Edge.Benchmarks.M4;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>edge-meter in each order of weights, as sources for the metering board, and the tools that build and emulate it.</summary>
internal sealed class MeterFirmware
{
    private readonly BuiltModel _meter;

    public MeterFirmware(BuiltModels models, string folder)
    {
        _meter = models.Meter;
        Firmware = new Firmware(Tools.RepositoryPath("."), _meter.NewScratchFolder(folder));
        Emulator = new Emulator(Firmware);
    }

    public Firmware Firmware { get; }

    public Emulator Emulator { get; }

    /// <summary>The samples of the conformance vectors on this machine.</summary>
    public uint Crc => _meter.StoredChecksums().All;

    /// <summary>The same with frames lost.</summary>
    public uint ConcealedCrc => _meter.StoredChecksums().Concealed;

    /// <summary>The emitted folder with weights in this order, the vectors of the host's build in it.</summary>
    public string Emit(WeightLayout layout)
    {
        string folder = Path.Combine(Firmware.Folder, layout.ToString());
        if (!Directory.Exists(folder))
        {
            EmittedFolder.Write(folder, new ModelSource(_meter.Source.Model, _meter.Program, MemoryPlan.Of(_meter.Program), "emitted by a test", layout));
            File.Copy(Path.Combine(_meter.Build.Folder, "conformance", "vectors.h"), Path.Combine(folder, "conformance", "vectors.h"));
        }

        return folder;
    }

    /// <summary>A decoder with weights in this order; returns the program.</summary>
    public string Decoder(string name, WeightLayout layout, params IEnumerable<string> options) => Firmware.Decoder(name, Emit(layout), _meter.Names, options);
}
