using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Both built-in models, built once per test run into a temporary folder.</summary>
public sealed class BuiltModels : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("q3e-emitted-");
    private readonly Dictionary<string, BuiltModel> _models = new(StringComparer.Ordinal);

    public BuiltModels()
    {
        try
        {
            foreach (string name in (string[])["edge-light", "edge-meter"])
                _models.Add(name, Make(name));
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

    private BuiltModel Make(string name)
    {
        EdgeModel model = EdgeModel.Load(name);
        BuildResult build = HostBuild.Build(model, NewPath(name));
        (LoweredGraph lowered, _, ModelSource source) = HostBuild.Emit(model, CalibrationClips.Load(model));
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
