using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>
/// The built-in models, built once per test run, when the first test asks for them. Each class of tests has an instance, and with it folders of its own for what it compiles, so that classes run side by side.
/// </summary>
public sealed class BuiltModels : IDisposable
{
    private static readonly string Shared = SharedFolders.Create("q3e-built-");

    // One set of tokens calibrates light and meter: they share the token space.
    private static readonly Lazy<List<TokenClip>> Clips = new(() => CalibrationClips.Load(EdgeModel.Load("edge-light"))), SecondClips = new(() => CalibrationClips.Load(EdgeModel.Load("edge-light-2")));
    private static readonly Lazy<BuiltModel> SharedLight = new(() => Make("edge-light", Clips)), SharedMeter = new(() => Make("edge-meter", Clips)), SharedSecond = new(() => Make("edge-light-2", SecondClips));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("q3e-emitted-");
    private readonly Lazy<BuiltModel> _light, _meter, _second;

    public BuiltModels() => (_light, _meter, _second) = (new(() => Own(SharedLight.Value)), new(() => Own(SharedMeter.Value)), new(() => Own(SharedSecond.Value)));

    public BuiltModel Light => _light.Value;

    public BuiltModel Meter => _meter.Value;

    public BuiltModel this[string name] => name switch
    {
        "edge-light" => Light,
        "edge-light-2" => _second.Value,
        "edge-meter" => Meter,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "is not built."),
    };

    /// <summary>A path in the instance's own folder at which nothing is yet.</summary>
    public string NewPath(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    private BuiltModel Own(BuiltModel built) => built with { Scratch = _folder.CreateSubdirectory(built.Model.Name + "-scratch").FullName };

    private static BuiltModel Make(string name, Lazy<List<TokenClip>> clips)
    {
        EdgeModel model = EdgeModel.Load(name);
        BuildResult build = HostBuild.Build(model, Path.Combine(Shared, name));
        List<float[]>? speech = model.Encoder is null ? null : CalibrationClips.Samples(model.Config.SampleRate);
        (LoweredGraph lowered, _, ModelSource source) = HostBuild.Emit(model, clips.Value, layout: Board.Load("host").WeightLayout, speech: speech);
        return new BuiltModel(model, build, lowered.Program, source, "");
    }
}

/// <summary>Tests that change what the whole process shares, such as its current directory: they run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EmittedCollection : ICollectionFixture<BuiltModels>
{
    public const string Name = "Emitted libraries, alone";
}
