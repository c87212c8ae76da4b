using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>The few functions of libsndfile (1.0.28 or later) that are needed, bound at run time so that its absence is a message and not a crash.</summary>
internal sealed unsafe class Sndfile
{
    private const int ModeRead = 0x10;
    private const int BlockSamples = 1 << 15;
    private static readonly Lazy<Sndfile?> Found = new(Find);
    private readonly delegate* unmanaged[Cdecl]<byte*, int, Info*, nint> _open;
    private readonly delegate* unmanaged[Cdecl]<char*, int, Info*, nint> _openWide;
    private readonly delegate* unmanaged[Cdecl]<nint, float*, long, long> _read;
    private readonly delegate* unmanaged[Cdecl]<nint, int> _close;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*> _error;

    private Sndfile(nint library)
    {
        _open = (delegate* unmanaged[Cdecl]<byte*, int, Info*, nint>)NativeLibrary.GetExport(library, "sf_open");
        if (OperatingSystem.IsWindows())
            _openWide = (delegate* unmanaged[Cdecl]<char*, int, Info*, nint>)NativeLibrary.GetExport(library, "sf_wchar_open");

        _read = (delegate* unmanaged[Cdecl]<nint, float*, long, long>)NativeLibrary.GetExport(library, "sf_readf_float");
        _close = (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(library, "sf_close");
        _error = (delegate* unmanaged[Cdecl]<nint, byte*>)NativeLibrary.GetExport(library, "sf_strerror");
        var version = (delegate* unmanaged[Cdecl]<byte*>)NativeLibrary.GetExport(library, "sf_version_string");
        Version = Marshal.PtrToStringUTF8((nint)version()) ?? "unknown version";
    }

    /// <summary>The library, or null when the machine has none.</summary>
    public static Sndfile? Instance => Found.Value;

    /// <summary>What brings the library on this system.</summary>
    public static string InstallAdvice =>
        OperatingSystem.IsWindows() ? "put sndfile.dll from the libsndfile release beside the program"
        : OperatingSystem.IsMacOS() ? "brew install libsndfile"
        : "Debian and Ubuntu: apt install libsndfile1";

    public string Version { get; }

    public AudioClip Read(string path, string name)
    {
        Info info = default;
        using var file = new Handle(this, Open(path, &info));
        if (file.IsInvalid)
            throw new AudioFormatException($"{name}: not a WAV file, and libsndfile cannot read it: {Error()}");

        // The header is as hostile as any: AudioClip and the resampler rely on these ranges.
        if (info.Channels is < 1 or > WavFormat.MaxChannels)
            throw new AudioFormatException($"{name}: the file says {info.Channels} channels, 1 to {WavFormat.MaxChannels} can be read.");

        if (info.SampleRate is < WavFormat.MinRate or > WavFormat.MaxRate)
            throw new AudioFormatException($"{name}: the file says a sample rate of {info.SampleRate} Hz, {WavFormat.MinRate} to {WavFormat.MaxRate} can be read.");

        // The number of frames in the header is not used: it may be a lie, and in a stream it is unknown.
        var channels = new ChannelBuffer(info.Channels, expectedFrames: 0);
        int blockFrames = BlockSamples / info.Channels;
        var block = new float[blockFrames * info.Channels];
        while (true)
        {
            int frames;
            fixed (float* samples = block)
                frames = (int)_read(file.DangerousGetHandle(), samples, blockFrames);

            if (frames <= 0)
                break;

            int first = channels.Grow(frames, name);
            for (int c = 0; c < info.Channels; c++)
            {
                Span<float> part = channels.Part(c, first, frames);
                for (int i = 0; i < frames; i++)
                    part[i] = block[(i * info.Channels) + c];

                FiniteSamples.Check(part, c, first, name);
            }
        }

        return channels.ToClip(info.SampleRate);
    }

    private nint Open(string path, Info* info)
    {
        if (OperatingSystem.IsWindows())
        {
            fixed (char* wide = path)
                return _openWide(wide, ModeRead, info);
        }

        nint utf8 = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            return _open((byte*)utf8, ModeRead, info);
        }
        finally
        {
            Marshal.FreeCoTaskMem(utf8);
        }
    }

    private string Error() => (Marshal.PtrToStringUTF8((nint)_error(0)) ?? "unknown error").TrimEnd('.', ' ', '\n') + ".";

    private static Sndfile? Find()
    {
        string[] names = OperatingSystem.IsWindows() ? ["sndfile.dll", "libsndfile-1.dll", "libsndfile.dll"]
            : OperatingSystem.IsMacOS() ? ["libsndfile.1.dylib", "libsndfile.dylib", "/opt/homebrew/lib/libsndfile.dylib", "/usr/local/lib/libsndfile.dylib"]
            : ["libsndfile.so.1", "libsndfile.so"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(Sndfile).Assembly, null, out nint library))
                return new Sndfile(library);
        }

        return null;
    }

    /// <summary>SF_INFO of sndfile.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Info
    {
        public long Frames;
        public int SampleRate;
        public int Channels;
        public int Format;
        public int Sections;
        public int Seekable;
    }

    /// <summary>An open SNDFILE, closed exactly once.</summary>
    private sealed class Handle : SafeHandle
    {
        private readonly Sndfile _library;

        public Handle(Sndfile library, nint file)
            : base(0, ownsHandle: true)
        {
            _library = library;
            SetHandle(file);
        }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle() => _library._close(handle) == 0;
    }
}
