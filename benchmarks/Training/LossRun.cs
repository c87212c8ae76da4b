using System.Diagnostics;
using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Losses;
using Qwen3Tokenizer.Edge.Tests.Distillation.Losses;

namespace Qwen3Tokenizer.Edge.Benchmarks.Training;

/// <summary>
/// The signal side of a training step, forward and backward, on one thread: excitation, synthesis of two draws, energy distance, pitch loss, gradient by the head rows;
/// 12 segments of 1.28 s at 16 kHz, in turns with PyTorch on the same numbers.
/// </summary>
internal sealed class LossRun
{
    private const int Batch = 12, Frames = 64, Knots = 80, Channels = (3 * Knots) + 2, Hop = 320;
    private readonly HeadChain _chain = new(16000, Hop, 1024, Knots, 7900, Batch, Frames);
    private readonly EnergyDistance _energy;
    private readonly PitchLoss _pitchLoss = new(3 * Knots, (3 * Knots) + 1, 150);
    private readonly float[] _pitch = new float[Batch * (Frames + 1)];
    private readonly float[] _starts = new float[2 * Batch];
    private readonly float[] _noise;
    private readonly float[] _target;
    private readonly double[] _parts = new double[4];
    private readonly int _voiced;

    public LossRun()
    {
        _energy = new EnergyDistance(new SpectralDistance(16000, SpectralScale.Defaults(16000), _chain.Compared));
        int samples = _chain.Excitation.Samples;
        _noise = new float[2 * Batch * samples];
        var noise = new float[_chain.Compared];
        _target = new float[Batch * noise.Length];
        for (int s = 0; s < Batch; s++)
        {
            for (int draw = 0; draw < 2; draw++)
            {
                int stream = (draw * Batch) + s;
                _starts[stream] = ExcitationNoise.Fill(1, 0, s, draw, _noise.AsSpan(stream * samples, samples));
            }

            // Voice-like targets: harmonics that fall off, and a little noise.
            ExcitationNoise.Fill(1, 0, s, 2, noise);
            for (int i = 0; i < noise.Length; i++)
            {
                double phase = 2 * Math.PI * (110 + (10 * s)) * i / 16000, voice = 0;
                for (int h = 1; h <= 20; h++)
                {
                    voice += Math.Cos(h * phase) / (h * h);
                }

                _target[(s * noise.Length) + i] = (float)((0.1 * voice * (1 + Math.Sin(i / 2500.0))) + (0.01 * noise[i]));
            }

            for (int t = 0; t <= Frames; t++)
            {
                _pitch[(s * (Frames + 1)) + t] = (t / 9 % 3) == 2 ? 0 : (float)(110 + (10 * s) + (5 * Math.Sin(t / 4.0)));
            }

            _voiced += PitchLoss.CountVoiced(PitchOf(s)[..Frames]);
        }

        ExcitationNoise.Fill(1, 0, 0, 3, _chain.Head.Data);
        for (int i = 0; i < _chain.Head.Data.Length; i++)
        {
            int channel = i % Channels;
            _chain.Head.Data[i] += channel < Knots ? -4 : channel < 2 * Knots ? -5 : 0;
        }
    }

    public void Run(int rounds, TextWriter output)
    {
        using var peer = new TorchPeer("torch_peer.py", ["1", $"{Batch}", $"{Frames}"], ("head", _chain.Head.Data), ("pitch", _pitch), ("target", _target), ("starts", _starts), ("noise", _noise));
        Timings ours = new(), theirs = new();
        List<double>[] parts = [[], [], [], []];
        for (int round = -3; round < rounds; round++)
        {
            double loss = 0;
            ours.Time(() => loss = Step(), round >= 0);
            (double Loss, double Wall, double Processor) torch = peer.Step();
            if (round == -3)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"PyTorch {peer.Version}; loss {loss:F6}, PyTorch's {torch.Loss:F6}; gradient by the head rows differs by {Difference(_chain.HeadGradient.Data, peer.Read("gradient")):E2} of its norm"));
            }

            if (round >= 0)
            {
                theirs.Add(torch.Wall, torch.Processor);
                for (int i = 0; i < parts.Length; i++)
                {
                    parts[i].Add(_parts[i]);
                }
            }
        }

        string[] part = [.. parts.Select(Timings.MedianAndBest)];
        output.WriteLine("milliseconds a step, median (best):");
        output.WriteLine($"  ours     {ours}");
        output.WriteLine($"  PyTorch  {theirs}");
        output.WriteLine($"  ours, parts (clock): excitation {part[0]}, synthesis {part[1]}, distance with its gradient {part[2]}, back to the head {part[3]}");
    }

    private double Step()
    {
        long start = Stopwatch.GetTimestamp();
        int samples = _chain.Excitation.Samples, length = Frames * Channels, compared = _chain.Compared;
        for (int s = 0; s < Batch; s++)
        {
            for (int draw = 0; draw < 2; draw++)
            {
                int stream = (draw * Batch) + s;
                _chain.SetExcitation(s, draw, PitchOf(s), _starts[stream], _noise.AsSpan(stream * samples, samples));
            }
        }

        Mark(0, ref start);
        _chain.Forward();
        Mark(1, ref start);
        double energy = 0;
        for (int s = 0; s < Batch; s++)
        {
            energy += _energy.Add(_target.AsSpan(s * compared, compared), _chain.Samples(s, 0), _chain.Samples(s, 1), 1f / Batch, _chain.Gradient(s, 0), _chain.Gradient(s, 1));
        }

        Mark(2, ref start);
        _chain.Backward();
        var pitch = default(PitchLossValue);
        for (int s = 0; s < Batch; s++)
        {
            pitch += _pitchLoss.Add(_chain.Head.Data.AsSpan(s * length, length), Channels, PitchOf(s)[..Frames], _voiced, Batch * Frames, _chain.HeadGradient.Data.AsSpan(s * length, length));
        }

        Mark(3, ref start);
        return (energy / Batch) + pitch.Total;
    }

    private Span<float> PitchOf(int sequence) => _pitch.AsSpan(sequence * (Frames + 1), Frames + 1);

    private void Mark(int part, ref long start)
    {
        _parts[part] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
    }

    private static double Difference(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (p, q) => Math.Pow((double)p - q, 2)).Sum() / b.Sum(v => (double)v * v));
}
