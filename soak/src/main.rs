//! The command-line tool `asynccontext-soak`.

fn main() -> std::process::ExitCode {
    asynccontext_soak::main()
}
