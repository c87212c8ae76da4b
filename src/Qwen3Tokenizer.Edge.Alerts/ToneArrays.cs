using System;

namespace Qwen3Tokenizer.Edge.Alerts;

/// <summary>A tone table as arrays, one element a token: what a device keeps in flash. The arrays are not copied.</summary>
public sealed class ToneArrays
{
    private readonly ushort[] _frequencyHz;
    private readonly ushort[] _dutyPermille;
    private readonly byte[] _onMs;

    /// <summary>Makes a table; the pause of a tone is what its 80 ms leave.</summary>
    /// <param name="frequencyHz">1 to 65535 Hz; 0 only where nothing sounds.</param>
    /// <param name="dutyPermille">0 to 1000.</param>
    /// <param name="onMs">0 to 80.</param>
    /// <exception cref="ArgumentException">The arrays differ in length, or a tone is impossible; the message names its token.</exception>
    public ToneArrays(ushort[] frequencyHz, ushort[] dutyPermille, byte[] onMs)
    {
        if (frequencyHz == null || dutyPermille == null || onMs == null || frequencyHz.Length == 0
            || frequencyHz.Length != dutyPermille.Length || frequencyHz.Length != onMs.Length)
            throw new ArgumentException("A tone table needs three arrays of one length.");
        for (int i = 0; i < onMs.Length; i++)
        {
            if (onMs[i] > AlertTable.FrameMs || dutyPermille[i] > AlertTable.MaxDuty || (onMs[i] > 0 && frequencyHz[i] == 0))
                throw new ArgumentException("Token " + i.ToString() + ": " + frequencyHz[i].ToString() + " Hz, duty " + dutyPermille[i].ToString() + " and " + onMs[i].ToString() + " ms are no tone.");
        }

        _frequencyHz = frequencyHz;
        _dutyPermille = dutyPermille;
        _onMs = onMs;
    }

    /// <summary>Number of tones.</summary>
    public int Count
    {
        get { return _onMs.Length; }
    }

    /// <summary>Frequency of a token, Hz.</summary>
    public int FrequencyHz(int token)
    {
        return _frequencyHz[token];
    }

    /// <summary>Duty of a token, thousandths.</summary>
    public int DutyPermille(int token)
    {
        return _dutyPermille[token];
    }

    /// <summary>How long a token sounds, ms.</summary>
    public int OnMs(int token)
    {
        return _onMs[token];
    }
}
