using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>The integer programs of the built-in models, calibrated as a build calibrates them.</summary>
public sealed class RealPrograms
{
    private readonly Dictionary<string, IntegerProgram> _programs = [];

    public RealPrograms()
    {
        List<TokenClip>? clips = null;
        foreach (string name in BuiltInModels.Names)
        {
            EdgeModel model = EdgeModel.Load(name);
            clips ??= CalibrationClips.Load(model);
            _programs[name] = HostBuild.Emit(model, clips).Lowered.Program;
        }
    }

    internal IntegerProgram this[string name] => _programs[name];
}
