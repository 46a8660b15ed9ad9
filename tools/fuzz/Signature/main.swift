import CFuzzer
import Hooks

@testable import PluginHost

/// What was taken is what the hook offers, and says the same when it is written again.
func check(_ signature: Signature, of hook: Hook) {
    guard case .named(let parameters) = signature.form else {
        precondition(signature.text == "i(args:p)", "one text means the whole struct")
        return
    }
    precondition(parameters.count <= Signature.parameterLimit, "the parameters are bounded")
    for parameter in parameters {
        precondition(hook.row.offers.contains(parameter.name), "a parameter is one that the hook offers")
        precondition(ArgumentField.named(parameter.name)?.offset == parameter.offset, "it lies where the struct has it")
    }
    let written = parameters.map { "\($0.name):\(Character(UnicodeScalar($0.letter)))" }.joined(separator: ",")
    precondition("i(\(written))" == signature.text, "there is one way to write a signature")
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let hook = Hook.all[Int(input[0]) % Hook.all.count]
    let text = String(decoding: input.dropFirst(), as: UTF8.self)
    do throws(Signature.Fault) {
        check(try Signature(text, for: hook), of: hook)
        precondition(HookSignature.fault(in: text, for: hook) == nil, "the tool takes what the server takes")
    } catch {
        precondition(HookSignature.fault(in: text, for: hook) == error.reason, "the tool refuses what the server does")
        precondition(error.reason.utf8.count <= text.utf8.count + 100, "a reason is bounded")
    }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, testOneInput)
