using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>Opens a teacher by what the user calls it.</summary>
public static class TeacherChoice
{
    /// <summary>Opens a teacher.</summary>
    /// <param name="model">A built-in edge model's name, an edge model's file, or a Qwen3-TTS-Tokenizer-12Hz folder.</param>
    /// <param name="device">Where a full-size model computes: as for <see cref="Reference.Qwen3TtsTokenizer.FromPretrained"/>.</param>
    /// <param name="note">Told in one sentence about a choice that the user may want to know; null for nobody.</param>
    /// <exception cref="Models.Safetensors.ModelFormatException">A file is missing or wrong; the message names it.</exception>
    public static ITeacher Open(string model, string device = "auto", Action<string>? note = null) =>
        Qwen3Tts12Hz.IsFolder(model) ? new FullTeacher(model, device, note) : new EdgeTeacher(model);
}
