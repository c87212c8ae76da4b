using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// Makes the noisy, reverberant or band-limited input that belongs to a clean segment. What happens to a segment depends on (seed, step, item) alone.
/// The order is that of nature: the room, then the noise in it, then the line that carries both.
/// </summary>
public sealed class SegmentAugmenter
{
    private const int Purpose = 16;
    private const int Talkers = 5;
    private readonly AugmentationOptions _options;
    private readonly SegmentSampler? _talkers;

    /// <summary>Prepares to augment.</summary>
    /// <param name="options">What is done, and how often.</param>
    /// <param name="corpus">Corpus whose training recordings babble is made of; needed for babble only.</param>
    /// <param name="segments">Options of the segments that will be augmented: their length, and which recordings may be used.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there is babble but no corpus.</exception>
    public SegmentAugmenter(AugmentationOptions options, SpeechCorpus? corpus = null, SegmentOptions? segments = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        if (options.Babble > 0)
        {
            if (corpus is null || segments is null)
                throw new ArgumentException("Babble is made of a corpus: name it and the options of the segments.", nameof(corpus));

            // Its own seed, so that nobody babbles against himself.
            _talkers = new SegmentSampler(corpus, segments with { Seed = options.Seed ^ 0xBABB1E, MinGainDb = 0, MaxGainDb = 0, Dither = 0 });
        }
    }

    /// <summary>Makes the input of a segment.</summary>
    /// <param name="step">Training step.</param>
    /// <param name="item">Item of the batch.</param>
    /// <param name="clean">The segment with the samples on its left.</param>
    /// <param name="augmented">Takes the input, as long as <paramref name="clean"/>; its peak may exceed full scale where noise was added to loud speech.</param>
    public void Apply(long step, int item, ReadOnlySpan<float> clean, Span<float> augmented)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(augmented.Length, clean.Length, nameof(augmented));
        clean.CopyTo(augmented);
        var random = new CounterRandom(_options.Seed, step, item, Purpose);

        // Every number is drawn whether it is needed or not: one option's strength does not change what another does.
        double room = random.NextDouble(), decay = random.NextBetween(_options.MinDecaySeconds, _options.MaxDecaySeconds), direct = random.NextBetween(_options.MinDirectDb, _options.MaxDirectDb);
        double noise = random.NextDouble(), snr = random.NextBetween(_options.MinSnrDb, _options.MaxSnrDb), band = random.NextDouble();
        if (room < _options.Room)
            Convolution.Apply(augmented, RoomResponse.Create(decay, direct, new CounterRandom(_options.Seed, step, item, Purpose + 1)), delay: 0);
        AddNoise(augmented, noise, snr, step, item);
        if (band < _options.Telephone)
            Convolution.Apply(augmented, BandFilter.Telephone, BandFilter.Delay);
        else if (band < _options.Telephone + _options.LowPass)
            Convolution.Apply(augmented, BandFilter.LowPass, BandFilter.Delay);
    }

    private void AddNoise(Span<float> speech, double kind, double snr, long step, int item)
    {
        if (kind >= _options.White + _options.Pink + _options.Babble)
            return;
        var noise = new float[speech.Length];
        var random = new CounterRandom(_options.Seed, step, item, Purpose + 2);
        if (kind < _options.White)
            NoiseSignals.White(noise, random);
        else if (kind < _options.White + _options.Pink)
            NoiseSignals.Pink(noise, random);
        else
            Babble(noise, step, item);
        double power = FixedOrder.SumOfSquares(noise), wanted = FixedOrder.SumOfSquares(speech) * Math.Pow(10, -snr / 10);
        if (power > 0)
            TensorPrimitives.MultiplyAdd(noise, (float)Math.Sqrt(wanted / power), speech, speech);
    }

    private void Babble(float[] noise, long step, int item)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(noise.Length, _talkers!.SampleCount, nameof(noise));
        var talker = new float[noise.Length];
        var pitch = new float[_talkers.PitchCount];
        for (int k = 0; k < Talkers; k++)
        {
            _talkers.Draw(step, (item * Talkers) + k, talker, pitch);
            float rms = (float)Math.Sqrt(FixedOrder.SumOfSquares(talker) / talker.Length);
            if (rms > 0)
                TensorPrimitives.MultiplyAdd(talker, 1 / rms, noise, noise);
        }
    }
}
