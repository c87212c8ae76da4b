using System.Runtime.InteropServices;
using System.Text;

namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// The functions of <c>q3e.h</c> in one library, looked up once. Whoever calls one holds a reference on the library's
/// <see cref="LibraryHandle"/> (an arena does).
/// </summary>
internal sealed unsafe class NativeInterface
{
    /// <summary>The oldest <c>Q3E_ABI_VERSION</c> that this assembly can use.</summary>
    public const uint OldestVersion = 2;

    /// <summary>The newest <c>Q3E_ABI_VERSION</c> that this assembly knows.</summary>
    public const uint NewestVersion = 2;

    private const int LongestText = 256;

    public readonly uint Version;
    public readonly delegate* unmanaged[Cdecl]<void*, void*, nuint, void**, int> DecoderInit;
    public readonly delegate* unmanaged[Cdecl]<void*, int> DecoderReset;
    public readonly delegate* unmanaged[Cdecl]<void*, ushort*, uint, short*, int> DecodeFrame;
    public readonly delegate* unmanaged[Cdecl]<void*, ushort*, uint, uint, short*, int> DecodeFrames;
    public readonly delegate* unmanaged[Cdecl]<void*, ushort*, uint, short*, int> DecodeHop;
    public readonly delegate* unmanaged[Cdecl]<void*, uint, short*, int> ConcealFrame;
    public readonly delegate* unmanaged[Cdecl]<void*, void*, nuint, void**, int> EncoderInit;
    public readonly delegate* unmanaged[Cdecl]<void*, int> EncoderReset;
    public readonly delegate* unmanaged[Cdecl]<void*, short*, ushort*, uint, int> EncodeFrame;
    public readonly delegate* unmanaged[Cdecl]<void*, short*, uint, ushort*, uint, uint*, int> EncodeFlush;
    private readonly delegate* unmanaged[Cdecl]<int, byte*> _statusText;

    public NativeInterface(nint library, string path)
    {
        // The version comes first: a library of another version may lack the rest, and that is what its user should read.
        Version = ((delegate* unmanaged[Cdecl]<uint>)Export(library, path, "q3e_abi_version"))();
        if (Version is < OldestVersion or > NewestVersion)
        {
            string supported = OldestVersion == NewestVersion ? $"{NewestVersion}" : $"{OldestVersion} to {NewestVersion}";
            throw new EmittedLibraryException(
                $"'{path}' has version {Version} of the q3e interface; this program supports version {supported}: " +
                "build the library again with the tool of this program's version.");
        }
        DecoderInit = (delegate* unmanaged[Cdecl]<void*, void*, nuint, void**, int>)Export(library, path, "q3e_decoder_init");
        DecoderReset = (delegate* unmanaged[Cdecl]<void*, int>)Export(library, path, "q3e_decoder_reset");
        DecodeFrame = (delegate* unmanaged[Cdecl]<void*, ushort*, uint, short*, int>)Export(library, path, "q3e_decode_frame");
        DecodeFrames = (delegate* unmanaged[Cdecl]<void*, ushort*, uint, uint, short*, int>)Export(library, path, "q3e_decode_frames");
        DecodeHop = (delegate* unmanaged[Cdecl]<void*, ushort*, uint, short*, int>)Export(library, path, "q3e_decode_hop");
        ConcealFrame = (delegate* unmanaged[Cdecl]<void*, uint, short*, int>)Export(library, path, "q3e_conceal_frame");
        EncoderInit = (delegate* unmanaged[Cdecl]<void*, void*, nuint, void**, int>)Export(library, path, "q3e_encoder_init");
        EncoderReset = (delegate* unmanaged[Cdecl]<void*, int>)Export(library, path, "q3e_encoder_reset");
        EncodeFrame = (delegate* unmanaged[Cdecl]<void*, short*, ushort*, uint, int>)Export(library, path, "q3e_encode_frame");
        EncodeFlush = (delegate* unmanaged[Cdecl]<void*, short*, uint, ushort*, uint, uint*, int>)Export(library, path, "q3e_encode_flush");
        _statusText = (delegate* unmanaged[Cdecl]<int, byte*>)Export(library, path, "q3e_status_text");
    }

    /// <summary>The library's own English name of a status.</summary>
    public string StatusText(int status) => ReadText(_statusText(status), LongestText) ?? $"status {status}";

    /// <summary>The UTF-8 text at an address, or null when there is none or it does not end within <paramref name="longest"/> bytes.</summary>
    public static string? ReadText(byte* text, int longest)
    {
        if (text == null)
            return null;
        int length = 0;
        while (length < longest && text[length] != 0)
            length++;
        return length == longest ? null : Encoding.UTF8.GetString(text, length);
    }

    private static void* Export(nint library, string path, string symbol) =>
        NativeLibrary.TryGetExport(library, symbol, out nint address)
            ? (void*)address
            : throw new EmittedLibraryException($"'{path}' is not an emitted library: it has no symbol {symbol}.");
}
