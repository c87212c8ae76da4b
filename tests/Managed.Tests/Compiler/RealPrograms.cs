using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>The integer programs of edge-light and edge-meter, which share a token space, calibrated as a build calibrates them; an encoder's under its model's name with "encoder" behind it.</summary>
public sealed class RealPrograms
{
    private readonly Dictionary<string, IntegerProgram> _programs = [];

    public RealPrograms()
    {
        List<TokenClip>? clips = null;
        foreach (string name in (string[])["edge-light", "edge-meter"])
        {
            EdgeModel model = EdgeModel.Load(name);
            clips ??= CalibrationClips.Load(model);
            List<float[]>? speech = model.Encoder is null ? null : CalibrationClips.Samples(model.Config.SampleRate);
            (var lowered, _, ModelSource source) = HostBuild.Emit(model, clips, speech: speech);
            _programs[name] = lowered.Program;
            if (source.Encoder is { } encoder)
            {
                _programs[name + " encoder"] = encoder.Program;
            }
        }
    }

    internal IntegerProgram this[string name] => _programs[name];
}
