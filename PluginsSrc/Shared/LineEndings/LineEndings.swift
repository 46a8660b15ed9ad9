/// How the lines of a message end when it leaves the server for a file or a program.
package enum LineEndings: String, CaseIterable {
    /// As on the wire: not a byte is changed.
    case crlf
    /// As most Maildir programs on Unix write them.
    case lf

    /// Hands on a message that comes in parts, in the parts that go to the file.
    package struct Converter {
        private let endings: LineEndings
        /// A CR at the end of a part: only the next byte tells whether it ends a line.
        private var holdsCR = false

        package init(_ endings: LineEndings) { self.endings = endings }

        package mutating func convert(_ part: RawSpan, _ write: (RawSpan) throws -> Void) rethrows {
            guard endings == .lf else { return try write(part) }
            let lines = unixLines(part)
            try unsafe write(lines.span.bytes)
        }

        /// Hands on what was held back at the end of the message.
        package mutating func finish(_ write: (RawSpan) throws -> Void) rethrows {
            guard holdsCR else { return }
            holdsCR = false
            let held: [UInt8] = [0x0d]
            try unsafe write(held.span.bytes)
        }

        private mutating func unixLines(_ part: RawSpan) -> [UInt8] {
            var lines: [UInt8] = []
            lines.reserveCapacity(part.byteCount + 1)
            for offset in 0..<part.byteCount {
                let byte = unsafe part.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                if holdsCR && byte != 0x0a { lines.append(0x0d) }
                holdsCR = byte == 0x0d
                if !holdsCR { lines.append(byte) }
            }
            return lines
        }
    }
}
