namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Where recordings of a corpus come from.</summary>
/// <param name="Package">The package, folder or synthesiser.</param>
/// <param name="Version">Its version; empty where it has none.</param>
/// <param name="Authors">Who is to be named.</param>
public sealed record CorpusSource(string Package, string Version, string Authors);

/// <summary>What a model card says of one source of recordings under one licence.</summary>
/// <param name="Package">The package, folder or synthesiser.</param>
/// <param name="Version">Its version; empty where it has none.</param>
/// <param name="Licence">Licence of these recordings.</param>
/// <param name="Authors">Who is to be named.</param>
/// <param name="Gpl">Whether that licence is the GNU GPL.</param>
/// <param name="Synthetic">Whether a synthesiser speaks.</param>
/// <param name="TrainingRecordings">Recordings that may be trained on, copies at other speeds not counted.</param>
/// <param name="TrainingMinutes">Minutes of them.</param>
/// <param name="HeldOutRecordings">Recordings held out.</param>
/// <param name="HeldOutMinutes">Minutes of them.</param>
/// <param name="VariedRecordings">Copies of the training recordings at other speeds.</param>
/// <param name="VariedMinutes">Minutes of them.</param>
public sealed record CorpusSourceUse(
    string Package, string Version, string Licence, string Authors, bool Gpl, bool Synthetic, int TrainingRecordings, double TrainingMinutes, int HeldOutRecordings, double HeldOutMinutes,
    int VariedRecordings, double VariedMinutes);
