using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Losses;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>How well a student writes its teacher's codes of speech that it did not learn from.</summary>
/// <param name="Frames">Frames that were counted.</param>
/// <param name="Layers">A row for every layer.</param>
public sealed record CodeTable(long Frames, IReadOnlyList<CodeTable.Layer> Layers)
{
    private const string Header = "layer\tentropy_bits\tcross_entropy_bits\tlikeliest\twritten";

    // Frames that go through the encoder at once.
    private const int Piece = 32;

    /// <summary>Mean over the layers of the entropy of the teacher's codes, bits: what a guess by frequency costs.</summary>
    public double Entropy => Layers.Average(l => l.Entropy);

    /// <summary>Mean over the layers of the student's cross-entropy, bits.</summary>
    public double CrossEntropy => Layers.Average(l => l.CrossEntropy);

    /// <summary>Share of all codes for which the student's own search writes the teacher's code.</summary>
    public double Written => Layers.Average(l => l.Written);

    /// <summary>Measures a student.</summary>
    /// <param name="student">A student with an encoder and the sharpness of its layers.</param>
    /// <param name="corpus">The speech.</param>
    /// <param name="codes">The teacher's codes of blocks that the student did not learn from.</param>
    /// <param name="teacherLayers">Layers that the codes have.</param>
    /// <param name="workers">Threads.</param>
    /// <exception cref="CorpusException">Nothing is held out.</exception>
    public static CodeTable Measure(Student student, SpeechCorpus corpus, CodeCache codes, int teacherLayers, Workers workers)
    {
        if (codes.Blocks.Count == 0)
        {
            throw new CorpusException($"{corpus.Folder}: no recording is held out that could be measured.");
        }

        EdgeModelConfig config = student.Config;
        var latent = new Graph("encoder", EdgeCodecGraphs.Latent(config, student.Weights, new InputNode("mel", config.Encoder!.Downsample, config.FrontEnd!.MelBands)));
        Tally[] tallies = [.. Enumerable.Range(0, workers.Count).Select(_ => new Tally(student, latent, teacherLayers))];
        workers.Run(w =>
        {
            for (int block = w; block < codes.Blocks.Count; block += workers.Count)
            {
                tallies[w].Add(corpus, codes, block);
            }
        });
        long frames = tallies.Sum(t => t.Frames);
        return new CodeTable(frames, [.. Enumerable.Range(0, config.NumQuantizers).Select(l => new Layer(
            EntropyOf([.. Enumerable.Range(0, config.CodebookSize).Select(c => tallies.Sum(t => t.Counts[l][c]))]),
            tallies.Sum(t => t.Nats[l]) / frames / Math.Log(2),
            (double)tallies.Sum(t => t.Right[l]) / frames,
            (double)tallies.Sum(t => t.Written[l]) / frames))]);
    }

    /// <summary>Writes the table as tab-separated values, means in the last row.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path)
    {
        string Row(string name, Layer l) => string.Create(CultureInfo.InvariantCulture, $"{name}\t{l.Entropy:f4}\t{l.CrossEntropy:f4}\t{l.Likeliest:f4}\t{l.Written:f4}");
        string[] rows = [Header, FormattableString.Invariant($"frames\t{Frames}"), .. Layers.Select((l, i) => Row((i + 1).ToString(CultureInfo.InvariantCulture), l)),
            Row("mean", new Layer(Entropy, CrossEntropy, Layers.Average(l => l.Likeliest), Written))];
        File.WriteAllText(path + ".tmp", string.Join('\n', rows) + "\n");
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It is something else; the message names file, line and value.</exception>
    public static CodeTable Read(string path)
    {
        const int MaxLines = 1000;
        string[] lines = [.. File.ReadLines(path).Take(MaxLines)];
        if (lines.Length < 4 || lines[0] != Header || lines[1].Split('\t') is not ["frames", var number] || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long frames))
        {
            throw new ModelFormatException($"{path}: is not a table of codes.");
        }

        // The means in the last row follow from the others.
        return new CodeTable(frames, [.. lines[2..^1].Select((line, i) =>
        {
            double[] values = [.. line.Split('\t').Skip(1).Select(f => double.TryParse(f, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN)];
            return values.Length == 4 && values.All(double.IsFinite)
                ? new Layer(values[0], values[1], values[2], values[3])
                : throw new ModelFormatException(FormattableString.Invariant($"{path}: line {i + 3}: \"{line}\" is not a row of four figures."));
        })]);
    }

    private static double EntropyOf(long[] counts)
    {
        double total = counts.Sum();
        return -counts.Where(c => c > 0).Sum(c => c / total * Math.Log2(c / total));
    }

    /// <summary>A layer.</summary>
    /// <param name="Entropy">Entropy of the teacher's codes by their frequency in the very speech that is measured, bits.</param>
    /// <param name="CrossEntropy">The student's cross-entropy where the layers before are the teacher's, bits.</param>
    /// <param name="Likeliest">Share of frames whose likeliest code is the teacher's, where the layers before are the teacher's.</param>
    /// <param name="Written">Share of frames for which the student's own search, through its own choices before, writes the teacher's code.</param>
    public sealed record Layer(double Entropy, double CrossEntropy, double Likeliest, double Written);

    private sealed class Tally
    {
        private readonly Student _student;
        private readonly Graph _graph;
        private readonly MelFrontEnd _frontEnd;
        private readonly CodeEntropy _entropy;
        private readonly ResidualQuantizer _quantizer;
        private readonly QuantizerSearch _search;
        private readonly float[] _codebooks;
        private readonly float[] _sharpness;
        private readonly float[] _samples;
        private readonly int[] _codes;
        private readonly int _layers;
        private readonly int _teacherLayers;

        public Tally(Student student, Graph graph, int teacherLayers)
        {
            QuantizerConfig q = student.Config.Quantizer!;
            (_student, _graph, _layers, _teacherLayers) = (student, graph, q.NumQuantizers, teacherLayers);
            _frontEnd = new MelFrontEnd(student.Config, student.Weights, Piece * student.Config.Encoder!.Downsample, OpenBlas.Fastest);
            _entropy = new CodeEntropy(Piece, _layers, q.CodebookSize, q.Dim, OpenBlas.Fastest);
            _quantizer = new ResidualQuantizer(q, student.Weights, OpenBlas.Fastest);
            _search = new QuantizerSearch(Piece, q.Dim, _layers, q.CodebookSize);
            (_codebooks, _sharpness) = (student.Weights.Read("quantizer.codebooks", _layers, q.CodebookSize, q.Dim), student.Weights.Read(EncoderTrainer.SharpnessName, _layers));
            (_samples, _codes) = (new float[_frontEnd.LeftSamples + (Piece * student.Config.SamplesPerToken)], new int[Piece * _layers]);
            (Nats, Right, Written) = (new double[_layers], new long[_layers], new long[_layers]);
            Counts = [.. Enumerable.Range(0, _layers).Select(_ => new long[q.CodebookSize])];
        }

        public long Frames { get; private set; }

        public double[] Nats { get; }

        public long[] Right { get; }

        public long[] Written { get; }

        public long[][] Counts { get; }

        public void Add(SpeechCorpus corpus, CodeCache cache, int block)
        {
            SpeechBlock at = cache.Blocks[block];
            ReadOnlySpan<ushort> codes = cache.Codes(block);
            int frameSamples = _student.Config.SamplesPerToken, frames = Math.Min(at.Samples / frameSamples, codes.Length / _teacherLayers);
            var speech = new float[at.Samples];
            PcmScale.ToFloats(corpus.SamplesAt(at.Offset, at.Samples), speech);
            System.Numerics.Tensors.TensorPrimitives.Multiply(speech, cache.Gains[block], speech);
            var encoder = new FloatExecutor(_graph, OpenBlas.Fastest);
            for (int first = 0; first < frames; first += Piece)
            {
                // What lies beyond either end of the block is silence.
                int from = (first * frameSamples) - _frontEnd.LeftSamples, inside = Math.Max(0, from), count = Math.Min(at.Samples, from + _samples.Length) - inside;
                _samples.AsSpan().Clear();
                speech.AsSpan(inside, count).CopyTo(_samples.AsSpan(inside - from));
                var mel = new FloatTensor(_frontEnd.Hops, _student.Config.FrontEnd!.MelBands);
                _frontEnd.Compute(_samples, mel.Data);
                float[] latent = encoder.Run(Piece, new Dictionary<string, FloatTensor> { ["mel"] = mel })[0].Data;
                _codes.AsSpan().Fill(-1);
                for (int f = 0; f < Math.Min(Piece, frames - first); f++)
                {
                    for (int l = 0; l < _layers; l++)
                    {
                        int code = codes[((first + f) * _teacherLayers) + l];
                        _codes[(f * _layers) + l] = code;
                        Counts[l][code]++;
                    }
                }

                Count(latent);
            }
        }

        private void Count(float[] latent)
        {
            _entropy.Compute(latent, _codebooks, _sharpness, _codes);
            _quantizer.Search(latent, _search);
            Frames += _entropy.Counted;
            for (int l = 0; l < _layers; l++)
            {
                Nats[l] += _entropy.Nats[l];
                Right[l] += _entropy.Right[l];
                for (int f = 0; f < Piece; f++)
                {
                    Written[l] += _codes[(f * _layers) + l] == _search.Codes(l)[f] ? 1 : 0;
                }
            }
        }
    }
}
