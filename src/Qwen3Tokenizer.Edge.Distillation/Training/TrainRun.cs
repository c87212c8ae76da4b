using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Reports;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Makes a new edge codec, or an existing one better: the stages of a <see cref="TrainPlan"/>, with a checkpoint every few minutes from which the same command goes on exactly.
/// </summary>
public sealed class TrainRun : IDisposable
{
    private const int FewestSteps = 400;

    private readonly TrainOptions _options;
    private readonly Workers _workers;
    private readonly SpeechCorpus _corpus;
    private readonly SegmentSampler _sampler;
    private readonly Student _student;
    private readonly string _folder;
    private readonly string _identity;
    private readonly IProgress<(string Stage, double Done)>? _progress;
    private readonly Action<RunStatus>? _watch;
    private readonly string _log;
    private readonly RunReport _report;

    private TrainRun(TrainOptions options, IProgress<(string Stage, double Done)>? progress, Action<RunStatus>? watch)
    {
        (_options, _progress, _watch) = (options, progress, watch);
        if (!double.IsFinite(options.PitchWeight) || options.PitchWeight < 0)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"weight of the pitch: {options.PitchWeight} is not a number from 0 on."), nameof(options));
        }

        if (options.From is not null && Path.GetFullPath(Path.ChangeExtension(options.From, ".json")) == Path.GetFullPath(Path.ChangeExtension(options.Output, ".json")))
        {
            throw new ArgumentException($"{options.Output}: is the codec to begin with; another name keeps it.", nameof(options));
        }

        _student = options.From is null ? Student.Create(options.Config, options.Seed) : Student.Load(options.From);
        if (_student.Config.Encoder is null)
        {
            throw new ModelFormatException($"{options.From ?? options.Config}: encoder: is missing; a codec is trained with its encoder, a decoder for tokens that exist is distilled.");
        }

        if (options.From is not null)
        {
            SavedLatent.Unfold(_student);
        }

        _folder = Path.ChangeExtension(options.Output, ".run");
        _log = Path.Combine(_folder, "log.tsv");
        _corpus = SpeechCorpus.Open(options.Corpus);
        try
        {
            _sampler = new SegmentSampler(_corpus, new SegmentOptions { Seed = options.Seed, Tokens = options.Frames, IncludeGpl = options.IncludeGpl });
            _report = new RunReport(TrainFacts.Of(options, _student.Config, _corpus, _log));
            _workers = new Workers(options.Threads);
        }
        catch
        {
            _corpus.Dispose();
            throw;
        }

        _identity = string.Join(' ', _corpus.Hash[..16], options.Config, Text(options.Threads), Text(options.Seed), Text(options.Sequences), Text(options.Frames), options.IncludeGpl, Text(options.PitchWeight), _student.Config.Space, TrainingSettings.LossRevision);
    }

    /// <summary>Runs, or goes on with a run that was interrupted.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told the stage and the share done of what is not training.</param>
    /// <param name="watch">Told the state of training every 50 steps.</param>
    /// <param name="cancel">Stops after a step, with a checkpoint.</param>
    /// <returns>Steps done and seconds of training.</returns>
    /// <exception cref="ModelFormatException">The configuration is wrong.</exception>
    /// <exception cref="CorpusException">The corpus is wrong.</exception>
    public static (long Steps, double Seconds) Train(TrainOptions options, IProgress<(string Stage, double Done)>? progress = null, Action<RunStatus>? watch = null, CancellationToken cancel = default)
    {
        using var run = new TrainRun(options, progress, watch);
        Directory.CreateDirectory(run._folder);
        return run.Train(cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _corpus.Dispose();
        _workers.Dispose();

        // A codec that was refused leaves nothing behind.
        if (Directory.Exists(_folder) && !Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            Directory.Delete(_folder);
        }
    }

    private (long Steps, double Seconds) Train(CancellationToken cancel)
    {
        var state = new RunState(Steps: _options.Steps == 0 ? int.MaxValue : _options.Steps);
        var log = new RunLog(_log, _options.LogEvery, _watch);
        for (int stage = 0; stage < _options.Plan.Stages.Count && !cancel.IsCancellationRequested; stage++)
        {
            // A finished stage left its checkpoint: the next one begins with that.
            if (stage + 1 < _options.Plan.Stages.Count && File.Exists(CheckpointPath(stage + 1)))
            {
                continue;
            }

            state = RunStage(stage, state, log, cancel);
        }

        if (!cancel.IsCancellationRequested)
        {
            _report.End(state, _progress, cancel);
        }

        return (state.Step, state.Seconds);
    }

    private RunState RunStage(int index, RunState state, RunLog log, CancellationToken cancel)
    {
        TrainStage stage = _options.Plan.Stages[index];
        if (File.Exists(CheckpointPath(index)))
        {
            Checkpoint.ReadWeights(CheckpointPath(index), _identity, _student.Weights);
        }

        CodecTrainer trainer = Trainer(stage, fresh: index == 0 && _options.From is null && !File.Exists(CheckpointPath(0)));
        (string, float[])[] extra =
        [
            ("quantizer.counts", trainer.Quantizer.Counts), ("quantizer.sums", trainer.Quantizer.Sums),
            ("latent.deviation", trainer.Whitening.Deviation), ("latent.mean", trainer.Whitening.Mean),
        ];
        if (File.Exists(CheckpointPath(index)))
        {
            RunState known = RunState.Parse(Checkpoint.Load(CheckpointPath(index), _identity, _student.Weights, trainer.Optimizer, extra));
            state = _options.Steps == 0 ? known : known with { Steps = _options.Steps };
            trainer.WeightsChanged();
            trainer.Quantizer.CodebooksChanged();
        }
        else if (stage.Quantized)
        {
            Enter(stage, trainer, state.Step);
            Checkpoint.Save(CheckpointPath(index), _identity, state.ToString(), _student.Weights, trainer.Optimizer, extra);
        }

        state = new StepLoop(log)
        {
            Stage = stage.Name,
            Minutes = _options.Minutes,
            FewestSteps = FewestSteps,
            MeanCost = _options.Plan.MeanCost,
            EndOf = steps => _options.Plan.Borders(steps)[index + 1],
            Step = s =>
            {
                int[] borders = _options.Plan.Borders(s.Steps);
                double rate = RateAt(stage, s.Step - borders[index], borders[index + 1] - borders[index]);
                (LossParts loss, double norm) = trainer.Step(s.Step, rate, stage.Quantized);
                return (rate, loss, norm);
            },
            Save = s =>
            {
                Checkpoint.Save(CheckpointPath(index), _identity, s.ToString(), _student.Weights, trainer.Optimizer, extra);
                if (stage.Quantized)
                {
                    _student.Save(
                        _options.Output, null, null, (name, tensor) => trainer.Spectrum.Folded(name, tensor.Shape, trainer.Optimizer.AverageOf(tensor.Values) ?? tensor.Values));
                }

                _report.Checkpoint(s, stage.Quantized);
            },
        }.Run(state, cancel);
        if (state.Step >= _options.Plan.Borders(state.Steps)[index + 1])
        {
            // What the next stage begins with is the average.
            trainer.Optimizer.SwapAverage();
        }

        return state;
    }

    private CodecTrainer Trainer(TrainStage stage, bool fresh) => new(
        _student,
        fresh,
        _sampler,
        new TrainingSettings(int.MaxValue, _options.Sequences, _options.Frames, stage.LearningRate, stage.FinalRate, stage.WarmUp, _options.Seed, new AdamWSettings()) { VoicedNoise = stage.VoicedNoise, PitchWeight = _options.PitchWeight },
        _workers,
        stage.FrozenTokens);

    // Codebooks for the latents as they are now: fresh ones, or the old ones moved to where the averaged encoder puts its latents.
    private void Enter(TrainStage stage, CodecTrainer trainer, long step)
    {
        trainer.WeightsChanged();
        _progress?.Report(($"Fitting the codebooks for stage {stage.Name}", 0));
        bool fresh = !stage.FrozenTokens && _options.From is null;
        float[] latents = trainer.Latents(stage.FrozenTokens ? 400 : 160, step);

        // Asked before training only: a run of hours does not end on it.
        if (!stage.FrozenTokens && _options.From is { } from)
        {
            SavedLatent.RequireWhite(from, latents, trainer.Spectrum);
        }

        double[] left = trainer.Quantizer.Fit(latents, fresh ? 8 : 3, fresh, _options.Seed, _options.Sequences * _options.Frames, _workers);
        File.AppendAllText(Path.Combine(_folder, "codebooks.tsv"), string.Join('\t', left.Select(e => e.ToString("e3", CultureInfo.InvariantCulture)).Prepend(stage.Name)) + "\n");
    }

    private string CheckpointPath(int stage) => Path.Combine(_folder, $"{_options.Plan.Stages[stage].Name}.safetensors");

    private static double RateAt(TrainStage stage, long step, long steps) =>
        new TrainingSettings((int)Math.Min(steps, int.MaxValue), 1, 1, stage.LearningRate, stage.FinalRate, stage.WarmUp, 0, new AdamWSettings()).RateAt(step);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
