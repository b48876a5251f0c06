"""`python -m onewindow.cli` is `onewindow`."""

from onewindow.cli.main import main

if __name__ == "__main__":
    main()
