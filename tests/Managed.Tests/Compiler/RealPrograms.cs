using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>The integer programs of the built-in models, calibrated as a build calibrates them; an encoder's under its model's name with "encoder" behind it.</summary>
public sealed class RealPrograms
{
    private readonly Dictionary<string, IntegerProgram> _programs = [];

    public RealPrograms()
    {
        Dictionary<TokenSpace, List<TokenClip>> clips = [];
        foreach (string name in BuiltInModels.Names)
        {
            EdgeModel model = EdgeModel.Load(name);
            if (!clips.TryGetValue(model.Config.Space, out List<TokenClip>? tokens))
            {
                tokens = clips[model.Config.Space] = CalibrationClips.Load(model);
            }

            List<float[]>? speech = model.Encoder is null ? null : CalibrationClips.Samples(model.Config.SampleRate);
            (var lowered, _, ModelSource source) = HostBuild.Emit(model, tokens, speech: speech);
            _programs[name] = lowered.Program;
            if (source.Encoder is { } encoder)
            {
                _programs[name + " encoder"] = encoder.Program;
            }
        }
    }

    internal IntegerProgram this[string name] => _programs[name];
}
