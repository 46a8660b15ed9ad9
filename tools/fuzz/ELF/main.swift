import CFuzzer
import PluginHost

/// Whatever a file says of itself is told in words, and holds no more than the file.
func check(_ image: ELFImage, of count: Int) {
    _ = image.refusal(of: "fuzz")?.description
    let names = image.exported + image.undefined + image.undefinedWeak
    precondition(names.allSatisfy { !$0.isEmpty }, "a symbol has a name")
    // A byte that is no UTF-8 becomes three.
    precondition(names.reduce(0) { $0 + $1.utf8.count } <= 3 * (4 * count + 4096), "the names are bounded")
    precondition(image.needed.count < 4096, "the libraries are bounded")
    precondition((image.note?.count ?? 0) <= count, "a note is part of the file")
    precondition(image.majors.count <= image.exported.count, "an entry is exported")
}

@c(LLVMFuzzerTestOneInput)
public func look(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let file = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: data, count: count))
    do throws(ELFImage.Flaw) {
        let image = try ELFImage(parsing: file)
        check(image, of: count)
        let again = try ELFImage(parsing: file)
        precondition(image == again, "a file says the same twice")
    } catch {
        switch error {
        case .incomplete(let text), .foreign(let text), .inconsistent(let text):
            precondition(!text.isEmpty && text.utf8.count < 200, "a flaw is a sentence")
        }
    }
    return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe _ = LLVMFuzzerRunDriver(&count, &arguments, look)
