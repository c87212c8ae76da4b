namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>A pitch that a frame may have.</summary>
/// <param name="Hertz">Frequency; 0 stands for unvoiced.</param>
/// <param name="Strength">How much speaks for it.</param>
internal readonly record struct PitchCandidate(double Hertz, double Strength);

/// <summary>Viterbi search for the sequence of candidates with the highest total strength less the costs of jumps (constants of Boersma 1993 for 10 ms frames).</summary>
internal sealed class PitchPath
{
    private const double OctaveJumpCost = 0.35;
    private const double VoicingChangeCost = 0.14;
    private readonly List<(float[] Hertz, int[] From)> _frames = [];
    private double[] _logs = [];
    private double[] _scores = [];

    /// <summary>Appends a frame.</summary>
    public void Add(List<PitchCandidate> voiced, double unvoicedStrength)
    {
        int count = voiced.Count + 1;
        var hertz = new float[count];
        var from = new int[count];
        double[] logs = new double[count], scores = new double[count];
        for (int c = 0; c < count; c++)
        {
            PitchCandidate candidate = c == 0 ? new PitchCandidate(0, unvoicedStrength) : voiced[c - 1];
            hertz[c] = (float)candidate.Hertz;
            logs[c] = c == 0 ? double.NaN : Math.Log2(candidate.Hertz);
            double best = _scores.Length == 0 ? 0 : double.NegativeInfinity;
            for (int p = 0; p < _scores.Length; p++)
            {
                double score = _scores[p] - Cost(_logs[p], logs[c]);
                if (score > best)
                {
                    best = score;
                    from[c] = p;
                }
            }

            scores[c] = best + candidate.Strength;
        }

        _frames.Add((hertz, from));
        _logs = logs;
        _scores = scores;
    }

    /// <summary>Frequencies of the best path, 0 where unvoiced.</summary>
    public float[] Best()
    {
        var track = new float[_frames.Count];
        int at = 0;
        for (int c = 1; c < _scores.Length; c++)
        {
            if (_scores[c] > _scores[at])
                at = c;
        }

        for (int t = track.Length - 1; t >= 0; t--)
        {
            track[t] = _frames[t].Hertz[at];
            at = _frames[t].From[at];
        }

        return track;
    }

    private static double Cost(double fromLog, double toLog) => (double.IsNaN(fromLog), double.IsNaN(toLog)) switch
    {
        (true, true) => 0,
        (false, false) => OctaveJumpCost * Math.Abs(fromLog - toLog),
        _ => VoicingChangeCost,
    };
}
