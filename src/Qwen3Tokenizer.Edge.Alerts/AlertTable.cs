using System;

namespace Qwen3Tokenizer.Edge.Alerts;

/// <summary>Everything that a player reads: the alerts, their codes as a bit string, and the tones. Its arrays are not copied: a device has them in flash.</summary>
public sealed class AlertTable
{
    /// <summary>Most layers of an alert's tokens.</summary>
    public const int MaxLayers = 16;

    /// <summary>Length of a frame in ms: a tone and its pause.</summary>
    public const int FrameMs = 80;

    /// <summary>Largest duty in thousandths.</summary>
    public const int MaxDuty = 1000;

    private readonly Alert[] _rows;
    private readonly byte[] _codes;
    private readonly int _bitsPerCode;
    private readonly ToneArrays? _tones;

    /// <summary>Makes a table.</summary>
    /// <param name="rows">At least one, by ascending id.</param>
    /// <param name="codes">Bit i is bit i mod 8 of byte i / 8; codes frame by frame, lowest bit first.</param>
    /// <param name="bitsPerCode">1 to 16; 11 for a codebook of 2048.</param>
    /// <param name="codebookSize">Codes are below it; also the number of tones.</param>
    /// <param name="tones">The tone of each code of layer 0; null for a device that only speaks.</param>
    /// <exception cref="ArgumentException">The table contradicts itself; the message names the row.</exception>
    public AlertTable(Alert[] rows, byte[] codes, int bitsPerCode, int codebookSize, ToneArrays? tones)
    {
        if (rows == null || rows.Length == 0)
            throw new ArgumentException("The table has no alert.");
        if (codes == null || bitsPerCode < 1 || bitsPerCode > 16 || codebookSize < 1 || codebookSize > 1 << bitsPerCode)
            throw new ArgumentException("The table has no codes, or a codebook of " + codebookSize.ToString() + " entries does not fit " + bitsPerCode.ToString() + " bits.");
        if (tones != null && tones.Count != codebookSize)
            throw new ArgumentException("The table has " + tones.Count.ToString() + " tones for a codebook of " + codebookSize.ToString() + " entries.");
        for (int i = 0; i < rows.Length; i++)
        {
            string? fault = Fault(rows[i], i == 0 ? null : rows[i - 1], 8L * codes.Length, bitsPerCode, tones != null);
            if (fault != null)
                throw new ArgumentException("Row " + i.ToString() + ", alert " + rows[i].Id.ToString() + ": " + fault);
        }

        _rows = rows;
        _codes = codes;
        _bitsPerCode = bitsPerCode;
        CodebookSize = codebookSize;
        _tones = tones;
    }

    /// <summary>Codes are below it.</summary>
    public int CodebookSize { get; }

    /// <summary>Number of alerts.</summary>
    public int Count
    {
        get { return _rows.Length; }
    }

    /// <summary>The tones; null for a device that only speaks.</summary>
    public ToneArrays? Tones
    {
        get { return _tones; }
    }

    /// <summary>A row.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public Alert Row(int index)
    {
        return _rows[index];
    }

    /// <summary>The alert with an id, by bisection; null when there is none.</summary>
    public Alert? Find(int id)
    {
        int low = 0, high = _rows.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_rows[middle].Id < id)
                low = middle + 1;
            else
                high = middle;
        }

        return low < _rows.Length && _rows[low].Id == id ? _rows[low] : null;
    }

    /// <summary>The first alert of an event; null when there is none.</summary>
    /// <param name="profile">Whose event code it is, such as <c>idis</c>.</param>
    /// <param name="eventCode">The code.</param>
    /// <param name="language">ISO 639-1 code; null for any.</param>
    public Alert? OfEvent(string profile, int eventCode, string? language)
    {
        for (int i = 0; i < _rows.Length; i++)
        {
            if (_rows[i].EventCode == eventCode && _rows[i].Profile == profile && (language == null || _rows[i].Language == language))
                return _rows[i];
        }

        return null;
    }

    /// <summary>Unpacks the codes of a frame.</summary>
    /// <param name="alert">An alert of this table.</param>
    /// <param name="frame">0 to its number of frames - 1.</param>
    /// <param name="codes">Receives its layers' codes; at least <see cref="MaxLayers"/> long.</param>
    /// <returns>Whether all of them are below the codebook size.</returns>
    public bool Unpack(Alert alert, int frame, ushort[] codes)
    {
        for (int layer = 0; layer < alert.Layers; layer++)
        {
            long bit = alert.BitOffset + ((long)((frame * alert.Layers) + layer) * _bitsPerCode);
            int at = (int)(bit / 8), shift = (int)(bit % 8);
            int value = 0;
            for (int have = 0; have < shift + _bitsPerCode; have += 8)
                value |= _codes[at + (have / 8)] << have;
            codes[layer] = (ushort)((value >> shift) & ((1 << _bitsPerCode) - 1));
            if (codes[layer] >= CodebookSize)
                return false;
        }

        return true;
    }

    private static string? Fault(Alert row, Alert? before, long bits, int bitsPerCode, bool tones)
    {
        if (row.Id < 0 || row.Id > 0xffff)
            return "an id is 0 to 65535.";
        if (before != null && row.Id <= before.Id)
            return row.Id == before.Id ? "the id occurs twice." : "ids do not ascend.";
        if (row.Frames < 1 || row.Frames > 0xffff)
            return "it has " + row.Frames.ToString() + " frames; 1 to 65535 are possible.";
        if (row.Layers < 1 || row.Layers > MaxLayers)
            return "it has " + row.Layers.ToString() + " layers; 1 to 16 are possible.";
        if (row.Repeats < 1 || row.Repeats > 255 || row.GapFrames < 0 || row.GapFrames > 255 || row.Priority < 0 || row.Priority > 255)
            return "priority and gap are 0 to 255, repeats 1 to 255.";
        if (row.Outputs == AlertOutputs.None || (row.Outputs & ~(AlertOutputs.Tone | AlertOutputs.Speech)) != 0)
            return "it has no output, or one that is not known.";
        if (!tones && (row.Outputs & AlertOutputs.Speech) == 0)
            return "it has only tones, and the table has none.";
        return row.BitOffset < 0 || row.BitOffset + ((long)row.Frames * row.Layers * bitsPerCode) > bits ? "its codes lie outside the bit string." : null;
    }
}
