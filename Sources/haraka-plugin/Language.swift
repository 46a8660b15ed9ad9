internal import ArgumentParser

/// What a plugin can be written in with a template.
enum Language: String, CaseIterable, ExpressibleByArgument {
    case swift, c, rust
}
