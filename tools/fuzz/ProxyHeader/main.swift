import CFuzzer
import Wire

/// Reads a header as it comes: it needs more until it is decided, and then nothing behind it changes the decision.
func read(_ input: [UInt8]) {
    let whole = ProxyHeader.parse(input.span)
    for count in 0...input.count {
        let early = ProxyHeader.parse(input.span.extracting(..<count))
        if early == .needMore { continue }
        precondition(early == whole, "more bytes don't change a decision")
        break
    }
    switch whole {
    case .needMore: precondition(input.count < 4096, "a header is bounded")
    case .malformed(let reason): precondition(reason.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "it's a sentence")
    case .header(let length, let source, let destination):
        precondition(length > 0 && length <= input.count, "a header is part of what came")
        precondition(ProxyHeader.parse(input.span.extracting(..<(length - 1))) == .needMore, "its last byte is needed")
        precondition((source == nil) == (destination == nil), "both ends or none")
        guard let source, let destination else { return }
        if input[0] == UInt8(ascii: "P") { precondition(isStrict(input[..<(length - 2)]), "numbers are digits") }
        survive(source, destination)
    }
}

/// Whether the ports of a line are digits and nothing else.
func isStrict(_ line: ArraySlice<UInt8>) -> Bool {
    let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
    return fields.count == 6 && fields[4...].allSatisfy { $0.allSatisfy { (0x30...0x39).contains($0) } }
}

/// What was read is read again from headers of both versions that say the same.
func survive(_ source: PeerAddress, _ destination: PeerAddress) {
    guard let from = source.ip, let to = destination.ip, let port = source.port, let own = destination.port else {
        for end in [source, destination] {
            guard case .unix(let path) = end else { preconditionFailure("both ends are of one kind") }
            precondition(path.utf8.count <= 108 && path.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a path")
        }
        return
    }
    precondition((0...65_535).contains(port) && (0...65_535).contains(own), "a port")
    precondition(IPAddress(from)?.description == from && IPAddress(to)?.description == to, "an address has one form")
    // Mapped addresses are IPv4 here, so that one end may be IPv4 and the other not.
    guard from.contains(":") == to.contains(":") else { return }
    let line = Array("PROXY TCP\(from.contains(":") ? 6 : 4) \(from) \(to) \(port) \(own)\r\n".utf8)
    let expected = ProxyHeader.header(length: line.count, source: source, destination: destination)
    precondition(ProxyHeader.parse(line.span) == expected, "it says the same as a line")
}

/// Addresses and networks as an administrator writes them survive being written again.
func readSettings(_ text: String) {
    if let network = try? Network(text) {
        let again = try? Network(network.description)
        precondition(again == network, "a network survives its text")
        precondition(!text.utf8.contains(UInt8(ascii: "+")) && !text.contains("/-"), "a length has no sign")
    }
    if let address = try? ListenAddress(text) {
        precondition((try? ListenAddress(address.description)) == address, "where to listen survives its text")
        if case .unix(_, _?) = address {
            precondition(!text.contains(":+") && !text.contains(":-"), "a mode has no sign")
        }
    }
    _ = try? ListenAddress.list(text)
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    read(input)
    if count <= 128 { readSettings(String(decoding: input, as: UTF8.self)) }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
