import CFuzzer

@testable import HTTP

/// What comes of an answer that arrives in pieces of a size.
func outcome(_ input: ArraySlice<UInt8>, limit: Int, by size: Int) -> Result<HTTPResponse, HTTPFault> {
    var reader = ResponseReader(limit: limit)
    do throws(HTTPFault) {
        var rest = input
        while !rest.isEmpty {
            try reader.read(Array(rest.prefix(size)).span)
            rest = rest.dropFirst(size)
        }
        let early = reader.response
        try reader.end()
        guard let response = reader.response else { preconditionFailure("an answer that has ended is there") }
        precondition(early == nil || early == response, "the end changes no answer that is whole")
        return .success(response)
    } catch { return .failure(error) }
}

/// What is true of every answer.
func check(_ response: HTTPResponse, limit: Int) {
    precondition((200...999).contains(response.status), "an answer is the last one")
    precondition(response.body.count <= limit, "a body keeps to its bound")
    precondition(![204, 304].contains(response.status) || response.body.isEmpty, "some have no body")
    for field in response.fields {
        precondition(!field.name.isEmpty && field.name.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a name")
        precondition(!field.name.utf8.contains { (0x41...0x5A).contains($0) }, "names are in small letters")
        precondition(field.value.utf8.allSatisfy { $0 == 9 || $0 >= 0x20 && $0 != 0x7F }, "no control characters")
    }
    if let type = response.mediaType { precondition(!type.contains(";") && !type.contains(" "), "no parameters") }
}

/// An answer survives being written as plainly as can be.
func survive(_ response: HTTPResponse, limit: Int) {
    let framing: Set = ["content-length", "transfer-encoding"]
    let fields = response.fields.filter { !framing.contains($0.name) }
    var text = "HTTP/1.1 \(response.status) so\r\n"
    for field in fields { text += "\(field.name): \(field.value)\r\n" }
    let bytes = Array("\(text)Content-Length: \(response.body.count)\r\n\r\n".utf8) + response.body
    // Bytes that are no UTF-8 have become longer.
    guard bytes.count < ResponseReader.lineBytes else { return }
    guard case .success(let again) = outcome(bytes[...], limit: limit, by: 7) else {
        preconditionFailure("an answer is read again")
    }
    precondition(again.status == response.status && again.body == response.body, "it says the same")
    precondition(again.fields.filter { !framing.contains($0.name) } == fields, "it has the same fields")
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    // The first byte is the bound of the body.
    let (limit, rest) = (Int(input[0]), input.dropFirst())
    let whole = outcome(rest, limit: limit, by: max(rest.count, 1))
    for size in [1, 2, 3, 16] {
        precondition(outcome(rest, limit: limit, by: size) == whole, "pieces make no difference")
    }
    switch whole {
    case .success(let response):
        check(response, limit: limit)
        survive(response, limit: limit)
    case .failure(let fault):
        precondition("\(fault)".utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a fault is told in words of ours")
    }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
