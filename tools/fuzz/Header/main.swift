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
}

/// What was read as an address is read the same way from its own text.
func readAddress(_ text: String, _ syntax: Address.Syntax) {
    guard let address = try? Address(parsing: text, allowing: syntax) else { return }
    precondition(address.domain.utf8.count <= 255 + 8, "a domain is bounded")
    let again = try? Address(parsing: address.text, allowing: syntax.union(.utf8))
    precondition(again == address, "an address survives its own text")
    precondition(!address.text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "an address is printable")
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let text = String(decoding: input, as: UTF8.self)
    for syntax: Address.Syntax in [[], [.utf8, .null, .postmaster], [.utf8, .tolerant]] { readAddress(text, syntax) }
    guard let end = HeaderBlock.end(of: input.span) else { return 0 }
    precondition(end <= input.count, "a header ends inside its text")
    let header = HeaderBlock(Array(input[..<end]))
    for name in ["A", "Subject", "Received"] {
        let count = header.count(of: name)
        for nth in 0..<count { precondition(header.value(of: name, nth: nth) != nil, "a counted field has a value") }
        precondition(header.value(of: name, nth: count) == nil, "no more fields than were counted")
    }
    edit(header, name: "A", value: Array(input[end...].prefix(200)))
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
