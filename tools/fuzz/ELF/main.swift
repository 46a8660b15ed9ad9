import CFuzzer
import PluginHost

@c(LLVMFuzzerTestOneInput)
public func look(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let file = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: data, count: count))
    // Whatever it says of itself is told in words too.
    if let image = try? ELFImage(parsing: file) { _ = image.refusal(of: "fuzz")?.description }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, look)
