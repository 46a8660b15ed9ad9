/// A run of message text that can be taken as it stands.
///
/// It ends before a CR, LF or NUL that somebody has to look at, or where the bytes end. A CRLF with a byte other than
/// "." behind it is part of the run.
package struct TextRun: Equatable {
    /// Where the run stops.
    package let end: Int
    /// Bytes of the longest line that ended inside the run, its CRLF included; 0 if none did.
    package let longestLine: Int
    /// Bytes of the line in which the run stops, up to there.
    package let tail: Int
}
