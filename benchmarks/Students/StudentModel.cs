using System.Runtime.CompilerServices;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>A model under test, its compiled library, and the encoder of its token space.</summary>
internal sealed class StudentModel : IDisposable
{
    private readonly EdgeModel _encoder;
    private readonly Lazy<EmittedLibrary> _library;
    private readonly ConditionalWeakTable<Speech, TokenClip> _tokens = [];

    private StudentModel(string label, EdgeModel model, EdgeModel encoder)
    {
        (Label, Model, _encoder) = (label, model, encoder);
        _library = new Lazy<EmittedLibrary>(() => EmittedLibrary.Load(HostBuild.Cached(model).LibraryPath));
    }

    /// <summary>Its name, or as it was named where several have the same.</summary>
    public string Label { get; }

    /// <summary>The float model.</summary>
    public EdgeModel Model { get; }

    /// <summary>The INT8 library, built if it is not yet in the cache.</summary>
    public EmittedModel Library => _library.Value.Model(Model.Name);

    /// <summary>Loads models. One without an encoder takes the tokens of the first that has its token space, of those named or of the default model.</summary>
    /// <param name="names">Built-in names or paths.</param>
    /// <exception cref="BuildException">No encoder makes a model's tokens.</exception>
    public static List<StudentModel> Load(IReadOnlyList<string> names)
    {
        List<EdgeModel> models = [.. names.Select(EdgeModel.Load)];
        var standard = new Lazy<EdgeModel>(() => EdgeModel.Load(BuiltInModels.Default));
        List<StudentModel> students = [];
        foreach ((string name, EdgeModel model) in names.Zip(models))
        {
            EdgeModel? encoder = model.Encoder is not null ? model : models.Find(m => m.Encoder is not null && m.Config.Space == model.Config.Space);
            encoder ??= standard.Value.Config.Space == model.Config.Space
                ? standard.Value
                : throw new BuildException($"{name}: has no encoder and its token space {model.Config.Space} is not that of '{BuiltInModels.Default}'; name the model that encodes for it too.");
            string label = models.Count(m => m.Name == model.Name) > 1 ? name : model.Name;
            students.Add(new StudentModel(label, model, encoder));
        }

        return students;
    }

    /// <summary>Those of the wished numbers of layers that the model decodes; its most where it decodes none of them.</summary>
    public IEnumerable<int> LayersOf(IEnumerable<int> wished)
    {
        int[] possible = [.. wished.Where(l => l >= Model.MinLayers && l <= Model.Config.NumQuantizers)];
        return possible.Length > 0 ? possible : [Model.Config.NumQuantizers];
    }

    /// <summary>Tokens of some speech, all layers of its encoder.</summary>
    public TokenClip Tokens(Speech speech)
    {
        if (speech.Tokens is { } given && given.Space == Model.Config.Space && given.Layers >= Model.Config.NumQuantizers)
        {
            return given;
        }

        return _tokens.GetValue(speech, s => EdgeCodec.Encode(_encoder, Resampler.Resample(s.Samples, Speech.Rate, _encoder.Config.SampleRate)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_library.IsValueCreated)
        {
            _library.Value.Dispose();
        }
    }
}
