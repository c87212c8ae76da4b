using Qwen3Tokenizer.Edge.Cli.Terminal;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>What the user said about how to compute.</summary>
/// <param name="Engine">The engine; null for the model's default.</param>
/// <param name="Device">The device: auto, cpu, cuda, cuda:N.</param>
/// <param name="EncoderWindow">Rows that the full-size encoder's transformer sees; 0 for all of the past.</param>
internal sealed record EngineRequest(string? Engine, string Device = EngineRequest.AnyDevice, int EncoderWindow = 0)
{
    /// <summary>The default device.</summary>
    public const string AnyDevice = "auto";

    /// <summary>Refuses what the model's encoder does not have.</summary>
    /// <param name="model">The model that encodes.</param>
    /// <param name="minimal">Whether minimal mode was asked for.</param>
    public void RequireEncoder(SpeechModel model, bool minimal)
    {
        RequireEngine(model, "encode");
        if (EncoderWindow < 0)
            throw new CliException($"--encoder-window {EncoderWindow}: must be a number of rows (25 a second), or 0 for all of the past.");
        if (EncoderWindow != 0 && model.Full is null)
            throw new CliException($"--encoder-window {EncoderWindow}: model '{model.Name}' has no attention; the window belongs to a full-size model.");
        if (minimal)
            ModelChoice.RequireMinimalMap(model);
        if (minimal && Engine == Engines.Native)
            throw new CliException("--minimal: the native engine searches whole codebooks only; encode with 'float', the default.");
    }

    /// <summary>Refuses what the model's decoder does not have.</summary>
    public void RequireDecoder(SpeechModel model) => RequireEngine(model, "decode");

    private bool OnGpu => Device.StartsWith("cuda", StringComparison.OrdinalIgnoreCase);

    private void RequireEngine(SpeechModel model, string verb)
    {
        if (model.Full is not null)
        {
            if (Engine == Engines.Native && verb == "encode")
                throw new CliException("--engine native: of a full-size model the INT8 library has the decoder only; it encodes with 'ort' or 'float'.");
            if (Engine is not (null or Engines.Float or Engines.OnnxRuntime or Engines.Native))
                throw new CliException(verb == "encode" ? $"--engine {Engine}: full-size models encode with 'ort' or 'float'." : $"--engine {Engine}: full-size models decode with 'ort', 'native' or 'float'.");
            if (Engine is Engines.Float or Engines.Native && OnGpu)
                throw new CliException($"--device {Device}: the {Engine} engine runs on the CPU; 'ort' runs there.");
            return;
        }

        if (Engine is not (null or Engines.Float or Engines.Native))
            throw new CliException(verb == "encode" ? $"--engine {Engine}: edge models encode with 'float' or 'native'." : $"--engine {Engine}: edge models decode with 'native' or 'float'.");
        if (OnGpu)
            throw new CliException($"--device {Device}: edge models run on the CPU.");
    }
}
