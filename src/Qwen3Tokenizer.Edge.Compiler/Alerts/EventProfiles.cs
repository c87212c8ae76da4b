namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>Event codes of one meter profile. The same event has other codes in other profiles, and the same code other events.</summary>
/// <param name="Name">As it stands in alert files.</param>
/// <param name="Description">Whose codes they are.</param>
/// <param name="Events">Code and name of the events that are known here; a profile has more.</param>
public sealed record EventProfile(string Name, string Description, IReadOnlyDictionary<int, string> Events)
{
    /// <summary>Code of a named event; null when the name is not known here.</summary>
    public int? CodeOf(string name) => Events.Where(e => e.Value == name).Select(e => (int?)e.Key).FirstOrDefault();
}

/// <summary>
/// The profiles whose codes were read in a public document or in the source of a head-end system; what was not read there is left out and can be given as a number. Read in November 2026:
/// <list type="bullet">
/// <item>idis: CLOU "The energy meter event log", EnergyICT's logbook of standard events, Metcom MCS301 manual (alarm registers 1 and 2).</item>
/// <item>dsmr, smr: GXF (Alliander), protocol adapter for DLMS, where 80 to 85 differ between DSMR and SMR.</item>
/// <item>is15959: event numbers of the Indian companion specification in an open head-end system.</item>
/// <item>gbcs: event codes of SMETS2 meters (Great Britain Companion Specification).</item>
/// </list>
/// </summary>
public static class EventProfiles
{
    private static readonly Dictionary<int, string> Standard = new()
    {
        [1] = "power down", [2] = "power up", [3] = "daylight saving time changed", [4] = "clock adjusted, old time", [5] = "clock adjusted, new time",
        [6] = "clock invalid", [7] = "replace battery", [8] = "battery voltage low", [9] = "tariff activated", [10] = "error register cleared", [11] = "alarm register cleared",
        [12] = "program memory error", [13] = "RAM error", [14] = "non-volatile memory error", [15] = "watchdog error", [16] = "measurement system error",
        [17] = "firmware ready for activation", [18] = "firmware activated",
        [40] = "terminal cover removed", [41] = "terminal cover closed", [42] = "strong DC field detected", [43] = "no strong DC field anymore",
        [44] = "meter cover removed", [45] = "meter cover closed", [46] = "wrong password n times",
        [255] = "event log cleared",
    };

    private static readonly EventProfile[] Profiles =
    [
        new("idis", "IDIS and meters like it", With(new()
        {
            [48] = "key changed", [52] = "unexpected consumption", [60] = "manual disconnection", [61] = "manual connection", [62] = "remote disconnection", [63] = "remote connection",
            [64] = "local disconnection", [65] = "limiter threshold exceeded", [66] = "limiter threshold ok", [67] = "limiter threshold changed", [68] = "disconnect or reconnect failure",
            [82] = "missing voltage L1", [83] = "missing voltage L2", [84] = "missing voltage L3", [85] = "voltage normal L1", [86] = "voltage normal L2", [87] = "voltage normal L3",
            [88] = "wrong phase sequence", [89] = "missing neutral", [90] = "phase asymmetry", [91] = "current reversal",
            [92] = "bad voltage quality L1", [93] = "bad voltage quality L2", [94] = "bad voltage quality L3",
            [100] = "M-Bus communication error channel 1", [102] = "M-Bus replace battery channel 1", [103] = "M-Bus fraud attempt channel 1", [106] = "M-Bus permanent error channel 1",
        })),
        new("dsmr", "DSMR, the Netherlands, before SMR 5", With(new()
        {
            [19] = "passive tariff updated", [20] = "self check after firmware update succeeded", [47] = "configuration changed",
            [77] = "under voltage L1", [78] = "under voltage L2", [79] = "under voltage L3",
            [80] = "PV voltage sag L1", [81] = "PV voltage sag L2", [82] = "PV voltage sag L3", [83] = "PV voltage swell L1", [84] = "PV voltage swell L2", [85] = "PV voltage swell L3",
            [86] = "phase outage L1", [87] = "phase outage L2", [88] = "phase outage L3", [89] = "phase outage test", [90] = "phase returned L1", [91] = "phase returned L2",
        })),
        new("smr", "SMR 5, the Netherlands", With(new()
        {
            [77] = "under voltage L1", [78] = "under voltage L2", [79] = "under voltage L3", [80] = "over voltage L1", [81] = "over voltage L2", [82] = "over voltage L3",
            [83] = "voltage normal L1", [84] = "voltage normal L2", [85] = "voltage normal L3", [86] = "phase outage L1", [87] = "phase outage L2", [88] = "phase outage L3",
            [89] = "phase outage test", [90] = "phase returned L1", [91] = "phase returned L2",
        })),
        new("is15959", "IS 15959, India", new Dictionary<int, string>
        {
            [1] = "missing voltage R", [2] = "voltage restored R", [3] = "missing voltage Y", [4] = "voltage restored Y", [5] = "missing voltage B", [6] = "voltage restored B",
            [7] = "over voltage", [8] = "over voltage ended", [9] = "low voltage", [10] = "low voltage ended", [11] = "voltage unbalance", [12] = "voltage unbalance ended",
            [51] = "current reversal R", [52] = "current reversal ended R", [63] = "current unbalance", [64] = "current unbalance ended", [65] = "current bypass", [66] = "current bypass ended",
            [67] = "over current", [68] = "over current ended", [101] = "power down", [102] = "power up",
        }),
        new("gbcs", "SMETS2, Great Britain", new Dictionary<int, string> { [0x8010] = "over current" }),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EventProfile> All => Profiles;

    /// <summary>A profile by its name; null when it is not known, which an alert file may still use with numeric codes.</summary>
    public static EventProfile? Find(string name) => Profiles.FirstOrDefault(p => p.Name == name);

    private static Dictionary<int, string> With(Dictionary<int, string> own) => Standard.Concat(own).ToDictionary(e => e.Key, e => e.Value);
}
