import CFuzzer
import Mail

/// Reads a text in pieces of these sizes, the last one again and again.
func read(_ text: [UInt8], pieces: [Int], keeping: Int) -> MIMEReader {
    var reader = MIMEReader(keeping: keeping)
    var start = 0
    var index = 0
    while start < text.count {
        let size = pieces.isEmpty ? text.count : max(1, pieces[min(index, pieces.count - 1)])
        let end = min(start + size, text.count)
        reader.read(text.span.extracting(start..<end))
        start = end
        index += 1
    }
    reader.finish()
    return reader
}

func checkMessage(_ message: MIMEPart, _ text: [UInt8]) {
    precondition(message.whole == 0..<text.count, "the message is all of its text")
    if let end = HeaderBlock.end(of: text.span) {
        precondition(message.header == 0..<end, "the header ends where a header block does")
    } else {
        // A last line without its end: the block waits for more, the reader has seen that it is no field.
        let rest = text[message.body]
        precondition(!zip(rest, rest.dropFirst()).contains { $0 == (0x0D, 0x0A) }, "a header goes on to its end")
    }
}

func checkNesting(_ parts: [MIMEPart], _ text: [UInt8]) {
    var ends: [Int] = []
    for (index, part) in parts.enumerated() {
        precondition(part.header.lowerBound >= 0 && part.body.upperBound <= text.count, "a part lies in its message")
        precondition(part.header.upperBound == part.body.lowerBound, "a body follows its header")
        precondition(part.depth <= 100, "depth is bounded")
        guard let parent = part.parent else {
            precondition(index == 0 && part.depth == 0, "only the message itself has no parent")
            ends.append(part.whole.upperBound)
            continue
        }
        precondition(parent < index && parts[parent].depth == part.depth - 1, "a parent comes first")
        precondition(
            parts[parent].body.lowerBound <= part.whole.lowerBound
                && part.whole.upperBound <= parts[parent].body.upperBound,
            "a part lies in its parent"
        )
        // Of one depth none begins before the one in front of it has ended.
        if part.depth < ends.count {
            precondition(ends[part.depth] <= part.whole.lowerBound, "siblings don't overlap")
            ends.removeSubrange(part.depth...)
        }
        ends.append(part.whole.upperBound)
    }
}

/// What a decoder gives for a text in one piece and in many.
func decode(_ text: ArraySlice<UInt8>, size: Int) {
    var whole: [UInt8] = []
    var pieces: [UInt8] = []
    var quoted: [UInt8] = []
    var quotedPieces: [UInt8] = []
    var base64 = Base64Decoder()
    var printable = QuotedPrintableDecoder()
    let bytes = Array(text)
    base64.decode(bytes.span, into: &whole)
    base64.finish(into: &whole)
    printable.decode(bytes.span, into: &quoted)
    printable.finish(into: &quoted)
    base64 = Base64Decoder()
    printable = QuotedPrintableDecoder()
    var start = 0
    while start < bytes.count {
        let end = min(start + size, bytes.count)
        base64.decode(bytes.span.extracting(start..<end), into: &pieces)
        printable.decode(bytes.span.extracting(start..<end), into: &quotedPieces)
        start = end
    }
    base64.finish(into: &pieces)
    printable.finish(into: &quotedPieces)
    precondition(whole == pieces && quoted == quotedPieces, "pieces make no difference to a decoder")
    precondition(whole.count <= bytes.count && quoted.count <= bytes.count, "nothing grows when it is decoded")
}

/// The first byte says how many pieces' sizes follow it, and how many parts are kept.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    guard let first = input.first else { return 0 }
    let sizes = input.dropFirst().prefix(Int(first & 7)).map { Int($0 & 63) }
    let text = Array(input.dropFirst(1 + sizes.count))
    let keeping = first & 8 == 0 ? 100_000 : 3
    let whole = read(text, pieces: [], keeping: keeping)
    for pieces in [sizes, [1], [2], [7]] {
        let cut = read(text, pieces: pieces, keeping: keeping)
        precondition(cut.parts == whole.parts && cut.count == whole.count, "pieces make no difference")
    }
    precondition(read(text, pieces: [], keeping: 0).count == whole.count, "counting is the same as keeping")
    precondition(whole.parts.count == min(keeping, whole.count + 1), "the message and its parts are kept")
    precondition(whole.count <= text.count / 2, "each part takes a line of its own")
    if let message = whole.parts.first { checkMessage(message, text) }
    checkNesting(whole.parts, text)
    for part in whole.parts.prefix(4) { decode(text[part.body], size: Int(first >> 4) + 1) }
    _ = MIMEField(text.span)
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
