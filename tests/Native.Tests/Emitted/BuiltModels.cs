using System.Collections.Concurrent;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Both built-in models, built once per test run into a temporary folder.</summary>
public sealed class BuiltModels : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("q3e-emitted-");
    private readonly ConcurrentDictionary<string, BuiltModel> _models = new(StringComparer.Ordinal);

    public BuiltModels()
    {
        try
        {
            // One set of tokens calibrates both: they share the token space.
            var clips = new Lazy<List<TokenClip>>(() => CalibrationClips.Load(EdgeModel.Load("edge-light")));
            Tools.Each(["edge-light", "edge-meter"], name => _models[name] = Make(name, clips));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public BuiltModel Light => _models["edge-light"];

    public BuiltModel Meter => _models["edge-meter"];

    public BuiltModel this[string name] => _models[name];

    /// <summary>A path in the temporary folder at which nothing is yet.</summary>
    public string NewPath(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    private BuiltModel Make(string name, Lazy<List<TokenClip>> clips)
    {
        EdgeModel model = EdgeModel.Load(name);
        BuildResult build = HostBuild.Build(model, NewPath(name));
        List<float[]>? speech = model.Encoder is null ? null : CalibrationClips.Samples(model.Config.SampleRate);
        (LoweredGraph lowered, _, ModelSource source) = HostBuild.Emit(model, clips.Value, layout: Board.Load("host").WeightLayout, speech: speech);
        return new BuiltModel(model, build, lowered.Program, source, _folder.CreateSubdirectory(name + "-scratch").FullName);
    }
}

/// <summary>
/// Tests on the built models. They run alone: they keep all cores busy with compilers, and one of them changes the current directory.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EmittedCollection : ICollectionFixture<BuiltModels>
{
    public const string Name = "Emitted libraries";
}
