namespace Qwen3Tokenizer.Edge.Alerts;

/// <summary>A buzzer.</summary>
public interface IBuzzer
{
    /// <summary>
    /// Starts a pulse and returns at once; the buzzer ends it after <paramref name="onUs"/> by itself. Set the duty after every change of the frequency: on much hardware its share
    /// changes with the period.
    /// </summary>
    /// <param name="startUs">Virtual time since the player was made, a multiple of 80,000.</param>
    /// <param name="alertId">The alert's id.</param>
    /// <param name="code">The token; -1 where silence has none.</param>
    /// <param name="frequencyHz">0 for silence.</param>
    /// <param name="dutyPermille">Share of a period that is high, thousandths.</param>
    /// <param name="onUs">How long it sounds; 0 for a silent frame and for "silence now".</param>
    /// <param name="pauseUs">Silence after it.</param>
    void Pulse(long startUs, int alertId, int code, int frequencyHz, int dutyPermille, int onUs, int pauseUs);
}

/// <summary>A decoder with a loudspeaker.</summary>
public interface ISpeaker
{
    /// <summary>The next frame is the first of a clip: the decoder begins anew.</summary>
    void Begin();

    /// <summary>Decodes and plays 80 ms of speech, and returns before they are over.</summary>
    /// <param name="codes">One per layer, layer 0 first; only the first <paramref name="layers"/> count.</param>
    /// <param name="layers">Number of codes.</param>
    /// <returns>Whether it could; if not, the alert is ended.</returns>
    bool Play(ushort[] codes, int layers);

    /// <summary>
    /// Speech was interrupted, stopped or ended by an error before its end. Let the last sample that was played go to 0 in a straight line within 5 ms, under what <see cref="Play"/> gives
    /// next in this frame, or alone, so that it does not break off with a click.
    /// </summary>
    void Fade();
}
