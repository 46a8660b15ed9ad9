import CFuzzer

@testable import SMTP

/// What comes out of base64 goes into it again, and there is one way to write it.
func readBase64(_ text: [UInt8]) {
    precondition(Base64.decode(Base64.encode(text).span) == text, "bytes survive")
    let bytes = Base64.decode(text.span)
    if let bytes { precondition(Base64.encode(bytes) == text, "one value has one spelling") }
    switch SASLResponse(line: text.span) {
    case .bytes(let read): precondition(read == bytes, "a response is base64")
    case .cancel: precondition(text == [UInt8(ascii: "*")], "one way to give up")
    case .malformed: precondition(bytes == nil, "base64 is a response")
    }
    if case .bytes(let read) = SASLResponse(initial: text.span) {
        precondition(read == bytes || read.isEmpty && text == [UInt8(ascii: "=")], "a first response is base64 or =")
    }
}

/// A verifier of a file of users is sound, and the same when it is written again.
func readVerifier(_ text: [UInt8]) {
    guard let verifier = SCRAMVerifier(String(decoding: text, as: UTF8.self)) else { return }
    precondition(verifier.isSound, "what is read is sound")
    precondition(SCRAMVerifier(verifier.text) == verifier, "a verifier survives")
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 2 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let rest = Array(input[2...])
    readBase64(rest)
    readVerifier(rest)
    let mechanism = SASLMechanism.allCases[Int(input[0] & 7)]
    var channel = SASLChannel(hostname: "mx.example.org")
    channel.isTLS = input[0] & 8 != 0
    if input[0] & 16 != 0 { channel.tlsExporter = Array(repeating: 7, count: 32) }
    channel.offersPlus = channel.isTLS && channel.canBind
    let lines = rest.split(separator: 0x0A, omittingEmptySubsequences: false)
    if input[0] & 32 != 0 {
        HonestClient(mechanism, channel, lines, isRight: input[0] & 64 != 0, keepsVerifier: input[0] & 128 != 0)?.run()
    } else {
        channel.certificateIdentity = input[0] & 64 != 0 ? "carol" : nil
        WildClient(mechanism, channel, answers: input[1]).run(lines)
    }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
