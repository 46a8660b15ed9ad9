import CFuzzer
import Mail

/// Edits a header block as the input says and checks that nothing else has changed.
func edit(_ header: HeaderBlock, name: String, value: [UInt8]) {
    var edited = header
    for edit in [HeaderEdit.addTop(name: name, value: value), .addEnd(name: name, value: value)] {
        let before = edited.count(of: name)
        guard (try? edited.apply(edit)) != nil else {
            precondition(edited.count(of: name) == before, "a refused edit changes nothing")
            continue
        }
        precondition(edited.count(of: name) == before + 1, "an added field is there")
    }
    let isWhole = HeaderBlock.end(of: header.bytes.span) == header.bytes.count
    guard isWhole, edited.bytes.count > header.bytes.count else { return }
    precondition(HeaderBlock.end(of: edited.bytes.span) == edited.bytes.count, "an edit doesn't end the header")
    let added = edited.bytes.count - header.bytes.count
    precondition(edited.bytes.dropFirst(added / 2).starts(with: header.bytes.dropLast(2)), "old fields stay")
    remove(from: edited, name: name, value: value)
}

/// Replaces and removes fields of a name: those of other names stay.
func remove(from header: HeaderBlock, name: String, value: [UInt8]) {
    let others = ["Subject", "Received"].map { header.count(of: $0) }
    let before = header.count(of: name)
    var edited = header
    precondition((try? edited.apply(.replace(name: name, value: value, nth: before - 1))) != nil, "the last is there")
    precondition(edited.count(of: name) == before, "a replaced field counts once")
    precondition((try? edited.apply(.remove(name: name, nth: 0))) != nil && edited.count(of: name) == before - 1)
    precondition((try? edited.apply(.remove(name: name, nth: nil))) != nil && edited.count(of: name) == 0)
    precondition(["Subject", "Received"].map { edited.count(of: $0) } == others, "other fields stay")
    precondition(HeaderBlock.end(of: edited.bytes.span) == edited.bytes.count, "an edit doesn't end the header")
}

/// What sees a header come in pieces finds the end that a look at the whole finds.
func progress(_ input: [UInt8], end: Int?) {
    var whole = HeaderProgress()
    whole.read(input.span)
    var pieces = HeaderProgress()
    let cut = input.count > 0 ? Int(input[0]) % (input.count + 1) : 0
    for index in 0..<cut { pieces.read(input.span.extracting(index..<index + 1)) }
    pieces.read(input.span.extracting(cut...))
    precondition(whole == pieces, "where it is cut makes no difference")
    precondition(end == nil || whole.isOver, "the end is seen as it comes")
    if whole.isOver {
        let more = input + [0x0D, 0x0A, UInt8(ascii: "x")]
        precondition(HeaderBlock.end(of: more.span) != nil, "what is over is over")
    }
}

/// A trace field is printable ASCII and one field, whatever the peer said.
func trace(_ input: [UInt8]) {
    let parts = input.split(separator: 0x0A, maxSplits: 4, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    let line = ReceivedLine(
        helloHost: parts[0],
        remoteHost: parts.count > 1 ? parts[1] : nil,
        remoteIP: parts.count > 2 ? parts[2] : "192.0.2.7",
        hostname: parts.count > 3 ? parts[3] : "mx.example.org",
        version: parts[0],
        transport: .init(isExtended: true),
        id: parts[parts.count - 1],
        onlyRecipient: nil,
        date: MailDate(secondsSinceEpoch: 1_795_000_000)
    )
    let bytes = line.bytes
    precondition(bytes.allSatisfy { (0x20...0x7E).contains($0) || [0x09, 0x0A, 0x0D].contains($0) }, "it is printable")
    precondition(HeaderBlock.end(of: (bytes + [0x0D, 0x0A]).span) == bytes.count + 2, "it is a header")
    precondition(HeaderBlock(bytes).count(of: "Received") == 1, "it is one field")
    precondition(bytes.split(separator: 0x0A).allSatisfy { $0.count <= 999 }, "its lines are bounded")
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let whole = HeaderBlock.end(of: input.span)
    // Of a long text every count would take too long: the input chooses which.
    let step = max(1, input.count / 32)
    for count in stride(from: Int(input.first ?? 0) % step, to: input.count, by: step) {
        guard let early = HeaderBlock.end(of: input.span.extracting(..<count)) else { continue }
        precondition(early == whole, "more text doesn't move the end")
    }
    progress(input, end: whole)
    trace(input)
    guard let end = whole else { return 0 }
    precondition(end <= input.count, "a header ends inside its text")
    let header = HeaderBlock(Array(input[..<end]))
    for name in ["A", "Subject", "Received"] {
        let count = header.count(of: name)
        precondition(HeaderBlock.count(of: name, in: input.span) == count, "both ways to count agree")
        for nth in 0..<count { precondition(header.value(of: name, nth: nth) != nil, "a counted field has a value") }
        precondition(header.value(of: name, nth: count) == nil, "no more fields than were counted")
    }
    edit(header, name: "A", value: Array(input[end...].prefix(200)))
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
