internal import Mail

/// Writes the text of a message as DATA wants it, piece by piece: RFC 5321 §4.5.2.
///
/// A dot that begins a line is doubled, a last line without CRLF gets one, and the single dot ends it. A CR or LF that
/// stands alone stops the program: a peer could take it for the end of a line, and what follows for commands.
public struct DotStuffing: Sendable {
    private var isAtLineStart = true
    private var endsInReturn = false

    public init() {}

    /// Appends the next piece of the text.
    public mutating func append(_ piece: Span<UInt8>, to output: inout [UInt8]) {
        var at = 0
        while at < piece.count {
            guard !endsInReturn else {
                precondition(piece[at] == 0x0A, "the text of DATA holds no bare CR")
                output.append(0x0A)
                endsInReturn = false
                isAtLineStart = true
                at += 1
                continue
            }
            if isAtLineStart, piece[at] == UInt8(ascii: ".") { output.append(UInt8(ascii: ".")) }
            let end = piece.textRun(from: at, lineSoFar: 0).end
            output.append(copying: piece.extracting(at..<end))
            // A run never stops right behind a CRLF.
            if end > at { isAtLineStart = false }
            at = end
            guard at < piece.count else { return }
            let byte = piece[at]
            precondition(byte != 0x0A, "the text of DATA holds no bare LF")
            output.append(byte)
            if byte == 0x0D { endsInReturn = true } else { isAtLineStart = false }
            at += 1
        }
    }

    /// Appends what ends the text; then another one may begin.
    public mutating func finish(_ output: inout [UInt8]) {
        precondition(!endsInReturn, "the text of DATA holds no bare CR")
        if !isAtLineStart { output.append(text: "\r\n") }
        output.append(text: ".\r\n")
        isAtLineStart = true
    }
}
