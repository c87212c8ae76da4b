namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>What a library's flash holds.</summary>
/// <param name="DecoderBytes">Constants of the decoder's layers, those among them that the encoder shares.</param>
/// <param name="EncoderBytes">Constants of the encoder's layers that are not the decoder's.</param>
/// <param name="AlignmentBytes">What brings each tensor to a multiple of 64 bytes.</param>
/// <param name="OtherBytes">Everything else: code, the arithmetic's tables, the descriptor; in a shared library its symbols too. 0 where nothing was compiled.</param>
public sealed record FlashParts(long DecoderBytes, long EncoderBytes, long AlignmentBytes, long OtherBytes);
